// Run by mongosh against the first member: makes the members named in MONGO_MEMBERS a replica set, once, and waits until
// it takes writes.
const members = process.env.MONGO_MEMBERS.split(',').map((host, _id) => ({ _id, host }));

function status() {
  try {
    return rs.status();
  } catch (error) {
    if (error.codeName !== 'NotYetInitialized') throw error;
    rs.initiate({ _id: 'allynet', members });
    return rs.status();
  }
}

while (!status().members.some(({ stateStr }) => stateStr === 'PRIMARY')) sleep(200);
print('The replica set takes writes.');
