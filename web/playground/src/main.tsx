import 'graphiql/setup-workers/vite';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './playground.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Playground } from './playground.js';
import { lookAround } from './surroundings.js';

void start();

async function start(): Promise<void> {
  const surroundings = await lookAround(window.location);
  createRoot(element('editor')).render(
    <StrictMode>
      <Playground surroundings={surroundings} barElement={element('bar')} />
    </StrictMode>,
  );
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}.`);
  return found;
}
