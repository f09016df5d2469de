/**
 * Loaded into the AllyNet server by `--require`: if the bench is killed, its end of the channel closes and the server
 * drains, instead of serving on for nobody.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
