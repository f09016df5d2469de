/**
 * Loaded into the server before its own code. When the demo dies without a chance to stop the server (SIGKILL), the
 * kernel closes the channel between the two, and the server ends itself as an operator would end it.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
