/**
 * Loaded into the server before its own code. When the demo dies without a chance to stop the server (SIGKILL), the
 * kernel closes the channel between the two. The database and the reader of the server's log are gone with the demo, so
 * there is nothing left to drain.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
