#!/usr/bin/env node
// Written so that Node.js from 12 on reads it: an older one than assay needs is told so in a line.
const needed = [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `assay needs Node.js ${needed.join('.')} or newer; this is ${process.version}.\n`,
  );
  process.exitCode = 3;
} else {
  import('./start.js');
}
