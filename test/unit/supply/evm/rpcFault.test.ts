import { describe, expect, it } from 'vitest';
import { classifyRpcFault } from '../../../../src/supply/evm/rpcFault.ts';

describe('classifyRpcFault', () => {
  it.each([
    [3, 'execution reverted: supply is not available', 'reverted'],
    [-32000, 'execution reverted', 'reverted'],
    [-32000, 'invalid opcode: INVALID', 'reverted'],
    [-32603, 'EVM error: InvalidFEOpcode', 'reverted'],
    [-32603, 'EVM error: OutOfGas', 'reverted'],
    [-32000, 'execution reverted: missing trie node', 'reverted'],
    [-32015, 'VM execution error.', 'reverted'],
    [-32005, 'daily request count exceeded', 'rate-limited'],
    [429, 'anything', 'rate-limited'],
    [-32000, 'Too Many Requests', 'rate-limited'],
    [-32000, 'missing trie node 3b70 (path ) state 0x3b70 is not available', 'unavailable'],
    [-32000, 'header not found', 'unavailable'],
    [-32000, 'required historical state unavailable (reexec=128)', 'unavailable'],
    [-32001, 'Resource not found', 'unavailable'],
    [-32002, 'No state available for block 0xab', 'unavailable'],
    [4444, 'pruned history unavailable', 'unavailable'],
    [-32603, 'state at block #19000000 is pruned', 'unavailable'],
    [-32000, 'words nobody has seen yet', 'unavailable'],
    [-32601, 'the method eth_call does not exist', 'other'],
    [-32602, 'invalid argument 1: json: cannot unmarshal object', 'other'],
    [-32603, 'Internal error', 'other'],
  ])('takes %i "%s" for %s', (code, message, kind) => {
    expect(classifyRpcFault({ code, message })).toBe(kind);
  });
});
