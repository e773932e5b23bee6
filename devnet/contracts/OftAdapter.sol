// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// A lockbox as LayerZero's OFT adapters are one: tokens that are sent to another chain stay here
/// until they come back. `token()`, `approvalRequired()` and the events are those of IOFT; the owner
/// stands in for the endpoint, and `send` takes but three fields of IOFT's SendParam. Fees, slippage
/// and peers are left out.
/// https://docs.layerzero.network/v2/developers/evm/oft/quickstart
/// https://github.com/LayerZero-Labs/devtools/blob/main/packages/oft-evm/contracts/interfaces/IOFT.sol
contract OftAdapter is Ownable {
    using SafeERC20 for IERC20;

    IERC20 private immutable _token;
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

    constructor(address token_) Ownable(msg.sender) {
        _token = IERC20(token_);
    }

    function token() external view returns (address) {
        return address(_token);
    }

    function approvalRequired() external pure returns (bool) {
        return true;
    }

    /// Locks the sender's tokens; the message under this guid is to mint as many for `to`.
    function send(uint32 dstEid, address to, uint256 amount) external returns (bytes32 guid) {
        guid = keccak256(abi.encode(++_nonce, block.chainid, address(this), dstEid, to));
        _token.safeTransferFrom(msg.sender, address(this), amount);
        emit OFTSent(guid, dstEid, msg.sender, amount, amount);
    }

    /// Gives out tokens whose copies were burnt on the chain of `srcEid`.
    function release(bytes32 guid, uint32 srcEid, address to, uint256 amount) external onlyOwner {
        _token.safeTransfer(to, amount);
        emit OFTReceived(guid, srcEid, to, amount);
    }
}
