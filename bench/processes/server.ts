import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/platform/free-port.js';
import { Program, type ProgramOptions } from './program.js';

/** An HTTP server in a process of its own, on 127.0.0.1. */
export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

const pollMs = 50;

/** Starts a program that listens at the port in its variable PORT, and waits until it does. */
export async function startServer(options: ProgramOptions): Promise<Server> {
  const port = await freePort();
  const program = Program.start({ ...options, env: { ...options.env, PORT: String(port) } });
  await Promise.race([untilListening(port), program.failed]);
  return { port, stop: () => program.stop() };
}

async function untilListening(port: number): Promise<void> {
  while (!(await accepts(port))) await sleep(pollMs);
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
