import { config, input, unverified } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors and findings of proof of control: signed messages, challenges and descriptors. */
export const controlCodes = {
  CONTROL_ADDRESS_INVALID: {
    ...input,
    title: 'The address of a proof is no valid Bitcoin address of its network.',
    fix: 'Copy the address again, and name the network that it belongs to.',
  },
  CONTROL_PROOFS_MALFORMED: {
    ...input,
    title: 'The file of proofs does not have the form that is asked for.',
    fix: 'See `assay registry prove --help` for the form of the file.',
  },
  CONTROL_ENCODING_INVALID: {
    ...unverified,
    title: 'A signature is not encoded as its form demands (base64, witness, transaction, PSBT).',
    fix: 'Copy the signature again, whole and with its prefix (smp, ful or pof).',
  },
  CONTROL_SIGNATURE_INVALID: {
    ...unverified,
    title: 'A signature does not verify for this address and message.',
    fix: 'Sign the message exactly as it was given, with the key of this address.',
  },
  CONTROL_SIGNATURE_NOT_CANONICAL: {
    ...unverified,
    title: 'A signature is not canonical: high s, loose DER, another sighash flag or a long push.',
    fix: 'Sign again with software that follows BIP-62, BIP-66 and BIP-322.',
  },
  CONTROL_TRANSACTION_INVALID: {
    ...unverified,
    title: 'The signed transaction is not the one that BIP-322 makes of this address and message.',
    fix: 'Sign again for this address and message.',
  },
  CONTROL_SCRIPT_MISMATCH: {
    ...unverified,
    title: 'A script or key is not the one that the address commits to.',
    fix: 'Give the redeem or witness script of this very address.',
  },
  CONTROL_SIGNER_REPEATED: {
    ...unverified,
    title: 'One key signed more than once where distinct keys must sign.',
    fix: 'Collect signatures of as many distinct keys as the script demands.',
  },
  CONTROL_THRESHOLD_NOT_MET: {
    ...unverified,
    title: 'Fewer keys signed than the script demands.',
    fix: 'Collect signatures of as many distinct keys as the script demands.',
  },
  CONTROL_NOT_UNDERSTOOD: {
    status: 422,
    exit: 2,
    retry: false,
    title: 'A proof uses a form or script that assay does not understand; it proves nothing here.',
    fix: 'Sign in a form that is understood: BIP-322 for the type of the address.',
  },
  CONTROL_CHALLENGE_FOREIGN: {
    ...unverified,
    title: 'The signed message is not our challenge for this asset and registry digest.',
    fix: 'Have the text signed that `assay registry challenge` writes, unchanged.',
  },
  CONTROL_CHALLENGE_OLD: {
    ...unverified,
    title: 'The signed challenge is older than the policy allows.',
    fix: 'Write a new challenge and have it signed.',
  },
  CONTROL_CHALLENGE_FUTURE: {
    ...unverified,
    title: 'The signed challenge is dated in the future.',
    fix: 'Check the clock of the machine that wrote the challenge, or of this one.',
  },
  CONTROL_CHALLENGE_BLOCK_UNKNOWN: {
    ...unverified,
    title: 'The block that a challenge names is not the one that the chain has at that height.',
    fix: 'Have a challenge signed that `assay registry challenge` wrote from this chain.',
  },
  CONTROL_CHALLENGE_INVALID: {
    ...input,
    title: 'A challenge cannot be written from, or read as, these values.',
    fix: 'Give an asset id, a registry digest, a Bitcoin block, a nonce of 32 hex digits and a date.',
  },
  CONTROL_PROOF_TIME_LOCKED: {
    ...unverified,
    title: 'The proof holds only after a time lock, so that it shows no control today.',
    fix: 'Sign with keys that can spend now.',
  },
  CONTROL_DESCRIPTOR_INVALID: {
    ...config,
    title: 'An output descriptor cannot be read, or holds a private key.',
    fix: 'Give a public descriptor as `getdescriptorinfo` of Bitcoin Core prints it.',
  },
  CONTROL_DESCRIPTOR_CHECKSUM: {
    ...config,
    title: 'An output descriptor has no checksum or a wrong one.',
    fix: 'Copy the descriptor again; `getdescriptorinfo` of Bitcoin Core prints its checksum.',
  },
  CONTROL_DESCRIPTOR_WRONG_NETWORK: {
    ...config,
    title: 'An output descriptor has a key or address of another network.',
    fix: "Use keys of the asset's network: xpub on mainnet, tpub elsewhere.",
  },
  CONTROL_DESCRIPTOR_RANGE_INVALID: {
    ...config,
    title: 'The range of an output descriptor is invalid or too long.',
    fix: 'Give whole numbers from 0, the first not above the last, at most 10,000 of them.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

/** The codes of proof of control. */
export type ControlCode = keyof typeof controlCodes;
