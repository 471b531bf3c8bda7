/** Lays canvases over a ground and gives a PNG. WebGL forgets its picture after the task that drew it, so this must be called in the same. */
export function composePicture(layers: readonly HTMLCanvasElement[], ground: string): Promise<Blob> {
  const width = Math.max(1, ...layers.map((layer) => layer.width));
  const height = Math.max(1, ...layers.map((layer) => layer.height));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures.');
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  for (const layer of layers) context.drawImage(layer, 0, 0, width, height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob)), 'image/png'));
}
