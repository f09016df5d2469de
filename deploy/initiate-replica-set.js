// Run by mongosh against the first member: makes the members named in MONGO_MEMBERS a replica set, once, and waits until
// it takes writes.
const NOT_YET_INITIALIZED = 94;
const members = process.env.MONGO_MEMBERS.split(',').map((host, _id) => ({ _id, host }));

try {
  rs.status();
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  rs.initiate({ _id: 'allynet', members });
}
while (!rs.status().members.some(({ stateStr }) => stateStr === 'PRIMARY')) sleep(200);
print('The replica set takes writes.');
