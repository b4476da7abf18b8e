package traffic

import (
	"encoding/binary"

	"github.com/dchest/siphash"
)

// Salt is the key of one UTC day's client keys. It is random, kept apart from the data, and
// destroyed when no more lines of the day are awaited.
type Salt [16]byte

// ClientKey is a number for the pair of an address and a user agent on the salt's day: SipHash-2-4
// of both. It cannot be turned back without the salt, and says nothing across days. The address
// may be in any form, but one client's must always be in the same.
func ClientKey(salt *Salt, address []byte, agentID int64) int64 {
	var room [72]byte
	message := binary.LittleEndian.AppendUint64(room[:0], uint64(agentID))
	message = append(message, address...)
	return int64(siphash.Hash(
		binary.LittleEndian.Uint64(salt[:8]), binary.LittleEndian.Uint64(salt[8:]), message))
}
