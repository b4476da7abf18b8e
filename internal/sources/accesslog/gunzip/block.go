package gunzip

import (
	"encoding/binary"
	"unsafe"
)

// block reads the header of a block.
func (r *Reader) block() error {
	if err := r.need(3); err != nil {
		return err
	}
	r.isLast = r.take(1) == 1
	switch r.take(2) {
	case 0:
		return r.beginStored()
	case 1:
		r.literals.build(fixedLiterals[:])
		r.distances.build(fixedDistances[:])
	case 2:
		if err := r.readTables(); err != nil {
			return err
		}
	default:
		return ErrData
	}
	r.step = (*Reader).symbols
	return nil
}

func (r *Reader) endBlock() {
	r.step = (*Reader).block
	if r.isLast {
		r.step = (*Reader).trailer
	}
}

func (r *Reader) beginStored() error {
	r.align()
	if err := r.need(32); err != nil {
		return err
	}
	length, inverse := r.take(16), r.take(16)
	if length != ^inverse&0xffff {
		return ErrData
	}
	r.align()
	r.stored = int(length)
	r.step = (*Reader).copyStored
	return nil
}

func (r *Reader) copyStored() error {
	r.fill()
	if r.inPos == r.inEnd && r.stored > 0 {
		return r.ended()
	}
	n := min(r.stored, r.inEnd-r.inPos, windowSize+chunkSize-r.outPos)
	copy(r.out[r.outPos:], r.in[r.inPos:r.inPos+n])
	r.inPos += n
	r.outPos += n
	if r.stored -= n; r.stored == 0 {
		r.endBlock()
	}
	return nil
}

// codeOrder is the order in which the lengths of the code for lengths stand.
var codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readTables reads the codes of a block that brings its own.
func (r *Reader) readTables() error {
	if err := r.need(14); err != nil {
		return err
	}
	literalCount, distanceCount, codeCount := int(r.take(5))+257, int(r.take(5))+1, int(r.take(4))+4
	if literalCount > maxLiterals || distanceCount > maxDistances {
		return ErrData
	}
	var codeLengths [19]uint8
	for _, code := range codeOrder[:codeCount] {
		if err := r.need(3); err != nil {
			return err
		}
		codeLengths[code] = uint8(r.take(3))
	}
	if !r.literals.buildCodes(codeLengths[:]) {
		return ErrData
	}
	var lengths [maxLiterals + maxDistances]uint8
	for i := 0; i < literalCount+distanceCount; {
		entry, used, err := r.look(r.literals.entries[:], codeBits, 0)
		if err != nil {
			return err
		}
		r.take(used)
		code := entry >> 16
		repeated, times := uint8(code), 1
		switch code {
		case 16:
			if i == 0 {
				return ErrData
			}
			repeated = lengths[i-1]
			times, err = r.repeat(3, 2)
		case 17:
			repeated = 0
			times, err = r.repeat(3, 3)
		case 18:
			repeated = 0
			times, err = r.repeat(11, 7)
		}
		if err != nil {
			return err
		}
		if i+times > literalCount+distanceCount {
			return ErrData
		}
		for range times {
			lengths[i] = repeated
			i++
		}
	}
	if lengths[256] == 0 || !r.literals.build(lengths[:literalCount]) || !r.distances.build(lengths[literalCount:literalCount+distanceCount]) {
		return ErrData
	}
	return nil
}

func (r *Reader) repeat(least, bits uint) (int, error) {
	err := r.need(bits)
	if err != nil {
		return 0, err
	}
	return int(least) + int(r.take(bits)), nil
}

// symbols decodes what follows in a block, as far as there is room.
func (r *Reader) symbols() error {
	r.fill()
	if r.inEnd-r.inPos >= margin {
		return r.fast()
	}
	return r.slow()
}

func load64(base unsafe.Pointer, at int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(base, at))[:])
}

func store64(base unsafe.Pointer, at int, value uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(base, at))[:], value)
}

// fast decodes while there are 16 bytes of input more, and room for a match and 16 bytes. One
// turn reads no more than 16 bytes and writes no more than 3 + 258 + 15, so that the loads and
// stores without a check stay within in and out, which have margin bytes more.
func (r *Reader) fast() error {
	in, out := unsafe.Pointer(unsafe.SliceData(r.in)), unsafe.Pointer(unsafe.SliceData(r.out))
	inPos, inLimit := r.inPos, r.inEnd-16
	outPos, outLimit := r.outPos, windowSize+chunkSize
	bits, count := r.bits, r.count
	literals, distances := &r.literals.entries, &r.distances.entries
	isEnd := false
	var err error
	for inPos <= inLimit && outPos < outLimit {
		bits |= load64(in, inPos) << (count & 63)
		inPos += int(63-count) >> 3
		count |= 56
		entry := literals[bits&(1<<literalBits-1)]
		if entry&isLiteral != 0 {
			// Three literals and a refill: at most 45 of 56 bits.
			bits >>= entry & 63
			count -= uint(entry & 63)
			*(*byte)(unsafe.Add(out, outPos)) = byte(entry >> 16)
			outPos++
			entry = literals[bits&(1<<literalBits-1)]
			if entry&isLiteral != 0 {
				bits >>= entry & 63
				count -= uint(entry & 63)
				*(*byte)(unsafe.Add(out, outPos)) = byte(entry >> 16)
				outPos++
				entry = literals[bits&(1<<literalBits-1)]
				if entry&isLiteral != 0 {
					bits >>= entry & 63
					count -= uint(entry & 63)
					*(*byte)(unsafe.Add(out, outPos)) = byte(entry >> 16)
					outPos++
					continue
				}
			}
			bits |= load64(in, inPos) << (count & 63)
			inPos += int(63-count) >> 3
			count |= 56
		}
		if entry&isSpecial != 0 {
			if entry&isLink != 0 {
				bits >>= literalBits
				count -= literalBits
				entry = literals[(entry>>16)+uint32(bits)&(1<<(entry&63)-1)]
				if entry&isLiteral != 0 {
					bits >>= entry & 63
					count -= uint(entry & 63)
					*(*byte)(unsafe.Add(out, outPos)) = byte(entry >> 16)
					outPos++
					continue
				}
			}
			if entry&invalid != 0 {
				err = ErrData
				break
			}
			if entry&isEndOfBlock != 0 {
				bits >>= entry & 63
				count -= uint(entry & 63)
				isEnd = true
				break
			}
		}
		// A length with its extra bits takes 20, a distance 28: 48 of 56.
		length := int(entry>>16&0x1ff) + int(bits&(1<<(entry&63)-1)>>(entry>>8&15))
		bits >>= entry & 63
		count -= uint(entry & 63)
		entry = distances[bits&(1<<distanceBits-1)]
		if entry&isSpecial != 0 {
			if entry&isLink != 0 {
				bits >>= distanceBits
				count -= distanceBits
				entry = distances[(entry>>16)+uint32(bits)&(1<<(entry&63)-1)]
			}
			if entry&invalid != 0 {
				err = ErrData
				break
			}
		}
		distance := int(entry>>16) + int(bits&(1<<(entry&63)-1)>>(entry>>8&15))
		bits >>= entry & 63
		count -= uint(entry & 63)
		if distance > outPos-r.memberStart {
			err = ErrData
			break
		}
		from, to := outPos-distance, outPos
		outPos += length
		if distance >= 8 {
			store64(out, to, load64(out, from))
			store64(out, to+8, load64(out, from+8))
			for to += 16; to < outPos; to += 16 {
				from += 16
				store64(out, to, load64(out, from))
				store64(out, to+8, load64(out, from+8))
			}
		} else {
			for ; to < outPos; to++ {
				*(*byte)(unsafe.Add(out, to)) = *(*byte)(unsafe.Add(out, from))
				from++
			}
		}
	}
	// Give back the bytes that wait in bits.
	r.inPos = inPos - int(count>>3)
	r.count = count & 7
	r.bits = bits & (1<<r.count - 1)
	r.outPos = outPos
	if isEnd {
		r.endBlock()
	}
	return err
}

// slow decodes one symbol, and takes no bit that is not there.
func (r *Reader) slow() error {
	entry, used, err := r.look(r.literals.entries[:], literalBits, 0)
	if err != nil {
		return err
	}
	if entry&isLiteral != 0 {
		r.take(used)
		r.out[r.outPos] = byte(entry >> 16)
		r.outPos++
		return nil
	}
	if entry&isEndOfBlock != 0 {
		r.take(used)
		r.endBlock()
		return nil
	}
	length := int(entry>>16&0x1ff) + int(r.bits&(1<<used-1)>>(used-uint(entry&63)+uint(entry>>8&15)))
	entry, total, err := r.look(r.distances.entries[:], distanceBits, used)
	if err != nil {
		return err
	}
	distance := int(entry>>16) + int(r.bits&(1<<total-1)>>(total-uint(entry&63)+uint(entry>>8&15)))
	if distance > r.outPos-r.memberStart {
		return ErrData
	}
	r.take(total)
	for range length {
		r.out[r.outPos] = r.out[r.outPos-distance]
		r.outPos++
	}
	return nil
}

// look finds the symbol after the first skip bits. Used is how many bits it ends after, its extra
// ones included; they are there.
func (r *Reader) look(entries []uint32, tableBits, skip uint) (entry uint32, used uint, err error) {
	for r.count < 56 { // As many as there are.
		if r.need(r.count+1) != nil {
			break
		}
	}
	bits := r.bits >> skip
	used = skip
	entry = entries[bits&(1<<tableBits-1)]
	if entry&isLink != 0 {
		used += tableBits
		entry = entries[(entry>>16)+uint32(bits>>tableBits)&(1<<(entry&63)-1)]
	}
	if entry&invalid != 0 {
		if r.count < used+15 {
			return 0, 0, r.ended() // It may be what is missing that makes it so.
		}
		return 0, 0, ErrData
	}
	used += uint(entry & 63)
	if used > r.count {
		return 0, 0, r.ended()
	}
	return entry, used, nil
}
