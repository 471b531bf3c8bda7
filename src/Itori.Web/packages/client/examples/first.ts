import { Itori, type ItoriOptions } from '@itori/client';

/** Says something, waits until it is stored, and tells which concepts the graph has then. A test runs it. */
export async function first(options: ItoriOptions, log: (line: string) => void = console.log): Promise<void> {
  const itori = new Itori(options);
  const session = itori.session();
  const graph = itori.graph();
  itori.connect();
  try {
    const ack = await session.say('Phase locking keeps oscillators together.', { assistant: false });
    if (ack.type === 'ack') log(`stored as event ${ack.seq}`);

    await new Promise<void>((resolve) => {
      const look = () => {
        if (graph.state.get().known) resolve();
      };
      graph.state.subscribe(look);
      look();
    });
    log(`concepts: ${[...graph.state.get().concepts.values()].map((concept) => concept.label).join(', ')}`);
  } finally {
    itori.close();
  }
}
