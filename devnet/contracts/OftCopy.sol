// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// The copy of a token whose original lies in an OftAdapter on another chain, as LayerZero's OFT is
/// one. `token()`, `approvalRequired()` and the events are those of IOFT; the owner stands in for the
/// endpoint: nothing here knows whether a message was ever sent.
/// https://docs.layerzero.network/v2/developers/evm/oft/quickstart
/// https://github.com/LayerZero-Labs/devtools/blob/main/packages/oft-evm/contracts/interfaces/IOFT.sol
contract OftCopy is ERC20, Ownable {
    uint8 private immutable _decimals;
    /// LayerZero's endpoint id of the adapter's chain.
    uint32 public immutable adapterEid;
    uint64 private _nonce;

    event OFTSent(
        bytes32 indexed guid,
        uint32 dstEid,
        address indexed fromAddress,
        uint256 amountSentLD,
        uint256 amountReceivedLD
    );
    event OFTReceived(
        bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD
    );

    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint32 adapterEid_)
        ERC20(name_, symbol_)
        Ownable(msg.sender)
    {
        _decimals = decimals_;
        adapterEid = adapterEid_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function token() external view returns (address) {
        return address(this);
    }

    function approvalRequired() external pure returns (bool) {
        return false;
    }

    function oftMint(bytes32 guid, address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
        emit OFTReceived(guid, adapterEid, to, amount);
    }

    /// Burns the sender's copies; the message under this guid is to release as many for `to`.
    function send(uint32 dstEid, address to, uint256 amount) external returns (bytes32 guid) {
        guid = keccak256(abi.encode(++_nonce, block.chainid, address(this), dstEid, to));
        _burn(msg.sender, amount);
        emit OFTSent(guid, dstEid, msg.sender, amount, amount);
    }
}
