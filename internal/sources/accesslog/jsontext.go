package accesslog

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// plain is text without its escapes.
func (p *jsonParser) plain(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	return p.record.hold(func(dst []byte) []byte { return appendJSONText(dst, text) })
}

// appendJSONText appends text with the escapes of JSON undone. A backslash that begins none of
// them stands for itself, as nginx writes it in its default way of escaping (\xHH).
func appendJSONText(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = text[i:]
		if text[1] != 'u' && text[1] != '/' && text[1] != 'f' {
			c, length := unescapeOne(text)
			dst, text = append(dst, c), text[length:]
			continue
		}
		switch text[1] {
		case '/':
			dst, text = append(dst, '/'), text[2:]
		case 'f':
			dst, text = append(dst, '\f'), text[2:]
		default:
			c, ok := hexRune(text)
			if !ok {
				dst, text = append(dst, '\\'), text[1:]
				continue
			}
			text = text[6:]
			if utf16.IsSurrogate(c) {
				second, ok := hexRune(text)
				pair := utf16.DecodeRune(c, second)
				if c = pair; ok && pair != utf8.RuneError {
					text = text[6:]
				}
			}
			dst = utf8.AppendRune(dst, c)
		}
	}
}

// hexRune reads \uHHHH.
func hexRune(text []byte) (c rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, digit := range text[2:6] {
		value, ok := hexDigit(digit)
		if !ok {
			return 0, false
		}
		c = c<<4 | rune(value)
	}
	return c, true
}
