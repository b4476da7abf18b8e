package gunzip

import "math/bits"

const (
	maxLiterals  = 286
	maxDistances = 30
	maxBits      = 15

	literalBits  = 11
	distanceBits = 9
	codeBits     = 7

	// The most entries that complete codes can need with tables of these sizes, as zlib's program
	// enough counts them: for 288 symbols and 11 bits, and for 32 and 9.
	literalEntries  = 2400
	distanceEntries = 600
)

// An entry of a table says what the next bits mean:
//
//	bits 0 to 5    how many bits it takes, extra ones included; in a link, how many its table has
//	bits 8 to 11   how many of them are the code
//	bits 16 to 30  literal, least length or least distance; in a link, where its table begins
const (
	isLiteral    = 1 << 31
	isSpecial    = 1 << 15 // not a plain length or distance: one of the following
	isLink       = 1 << 14
	isEndOfBlock = 1 << 13
	invalid      = 1 << 12
)

type (
	literalTable  struct{ entries [literalEntries]uint32 }
	distanceTable struct{ entries [distanceEntries]uint32 }
)

var literalSymbols = func() (symbols [288]uint32) {
	for i := range 256 {
		symbols[i] = isLiteral | uint32(i)<<16
	}
	symbols[256] = isSpecial | isEndOfBlock
	length := uint32(3)
	for i := range uint32(28) {
		extra := uint32(0)
		if i >= 8 {
			extra = i/4 - 1
		}
		symbols[257+i] = length<<16 | extra
		length += 1 << extra
	}
	symbols[285] = 258 << 16
	symbols[286], symbols[287] = isSpecial|invalid, isSpecial|invalid
	return symbols
}()

var distanceSymbols = func() (symbols [32]uint32) {
	distance := uint32(1)
	for i := range uint32(30) {
		extra := uint32(0)
		if i >= 4 {
			extra = i/2 - 1
		}
		symbols[i] = distance<<16 | extra
		distance += 1 << extra
	}
	symbols[30], symbols[31] = isSpecial|invalid, isSpecial|invalid
	return symbols
}()

var codeSymbols = func() (symbols [19]uint32) {
	for i := range symbols {
		symbols[i] = uint32(i) << 16
	}
	return symbols
}()

var fixedLiterals = func() (lengths [288]uint8) {
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	return lengths
}()

var fixedDistances = func() (lengths [32]uint8) {
	for i := range lengths {
		lengths[i] = 5
	}
	return lengths
}()

func (t *literalTable) build(lengths []uint8) bool {
	return build(t.entries[:], literalBits, lengths, literalSymbols[:])
}

// buildCodes builds the code for the lengths of the other codes.
func (t *literalTable) buildCodes(lengths []uint8) bool {
	return build(t.entries[:], codeBits, lengths, codeSymbols[:])
}

func (t *distanceTable) build(lengths []uint8) bool {
	return build(t.entries[:], distanceBits, lengths, distanceSymbols[:])
}

// build fills a table of tableBits for a canonical Huffman code, given by the length of each
// symbol's code. Codes longer than that have tables of their own behind it. It is false for
// lengths that make no code. A code of one symbol may leave the other half free, and there may be
// no code at all, as for the distances of a block without matches.
func build(entries []uint32, tableBits uint, lengths []uint8, symbols []uint32) bool {
	var counts, next [maxBits + 2]int
	for _, length := range lengths {
		counts[length]++
	}
	used := len(lengths) - counts[0]
	counts[0] = 0
	free := 1
	for length := 1; length <= maxBits; length++ {
		free = free<<1 - counts[length]
		if free < 0 {
			return false
		}
		next[length+1] = (next[length] + counts[length]) << 1
	}
	if free > 0 && (used > 1 || used == 1 && counts[1] != 1) {
		return false
	}
	size := 1 << tableBits
	if free > 0 {
		for i := range size {
			entries[i] = isSpecial | invalid
		}
	}
	linkLong(entries, tableBits, lengths, next)
	for symbol, length := range lengths {
		if length == 0 {
			continue
		}
		n, table := uint(length), entries[:size]
		code := reversed(next[length], n)
		next[length]++
		if n > tableBits {
			link := entries[code&(size-1)]
			begin := int(link >> 16)
			table = entries[begin : begin+1<<(link&63)]
			code >>= tableBits
			n -= tableBits
		}
		entry := symbols[symbol] + uint32(n) | uint32(n)<<8
		for i := code; i < len(table); i += 1 << n {
			table[i] = entry
		}
	}
	return true
}

// linkLong lays out the tables for the codes that are longer than tableBits. Each is as large as
// the longest of the codes that begin alike needs.
func linkLong(entries []uint32, tableBits uint, lengths []uint8, next [maxBits + 2]int) {
	var longest [1 << literalBits]uint8
	hasLong := false
	for _, length := range lengths {
		if uint(length) > tableBits {
			hasLong = true
			begin := reversed(next[length], uint(length)) & (1<<tableBits - 1)
			longest[begin] = max(longest[begin], length)
		}
		next[length]++
	}
	if !hasLong {
		return
	}
	end := 1 << tableBits
	for begin, length := range longest[:1<<tableBits] {
		if length > 0 {
			n := uint(length) - tableBits
			entries[begin] = isSpecial | isLink | uint32(end)<<16 | uint32(n)
			end += 1 << n
		}
	}
}

// reversed turns the n bits of a code around: the stream has its first bit lowest.
func reversed(code int, n uint) int {
	return int(bits.Reverse16(uint16(code)) >> (16 - n))
}
