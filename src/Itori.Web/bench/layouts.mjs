// Prints how far concepts move as a conversation goes on, and how far the field of who saw it grow is from that of who opens it now: `npm run bench:layout`.
import { createServer } from 'vite';

const vite = await createServer({ server: { middlewareMode: true, hmr: false, ws: false }, appType: 'custom', logLevel: 'error', clearScreen: false });
try {
  const { compare } = await vite.ssrLoadModule('/bench/layouts.ts');
  const percent = (part) => `${(100 * part).toFixed(0)} %`;
  const { concepts, relations, stays, anew, differ } = compare(80, 10);
  console.log(`80 messages, ${concepts} concepts, ${relations} relations; means over the messages after the tenth, in parts of the layout's radius:`);
  console.log(`one more message moves a concept by          ${percent(stays)} on a page that saw the graph grow`);
  console.log(`                                             ${percent(anew)} where every state is arranged from the beginning`);
  console.log(`the two pages show a concept at places apart ${percent(differ)}`);
} finally {
  await vite.close();
}
