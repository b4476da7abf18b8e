// Package traffic says what a request means: which URL, client, network, agent, referrer and
// dataset the texts of a log line stand for.
//
// Everything here is a pure function of its arguments. What a line means is worked out in two
// steps: the log reader makes texts canonical and hashes them to ids, and the classifying step
// looks at each distinct text once, whenever texts, catalogue or lists have changed.
package traffic

import (
	"bytes"
	"strings"

	"github.com/zeebo/xxh3"
)

// URL is a canonical URL without its scheme. The host is lower-case ASCII without a default port,
// the path has normalised escapes, and the query has the parameters that are kept, sorted by
// name. All three are ASCII: other bytes are percent-escaped, since browsers send them so.
type URL struct{ Host, Path, Query string }

// ID is the URL's id in the warehouse: xxh3-64 of its text, as a signed number.
func (u URL) ID() int64 { return TextID([]byte(u.String())) }

// String is host, path and, where a parameter is kept, "?" and the query.
func (u URL) String() string {
	if u.Query == "" {
		return u.Host + u.Path
	}
	return u.Host + u.Path + "?" + u.Query
}

// TextID is the id of a canonical text: xxh3-64 as a signed number. No text has the id 0.
func TextID(text []byte) int64 {
	if len(text) == 0 {
		return 0
	}
	return int64(xxh3.Hash(text))
}

// ParseURL reads an absolute http, https or ftp URL of the catalogue. It is false for anything
// else: other schemes, no host, plain words. A log's request of the same file has the same ID.
func ParseURL(raw string) (URL, bool) {
	cleaned := []byte(strings.TrimSpace(raw))
	cleaned = bytes.ReplaceAll(cleaned, []byte("\t"), nil) // As browsers do.
	cleaned = bytes.ReplaceAll(cleaned, []byte("\n"), nil)
	cleaned = bytes.ReplaceAll(cleaned, []byte("\r"), nil)
	host, target, ok := splitAbsolute(cleaned)
	if !ok {
		return URL{}, false
	}
	text, hostLen, pathLen := appendURL(nil, host, target)
	if hostLen == 0 {
		return URL{}, false
	}
	return splitURL(text, hostLen, pathLen), true
}

// AppendCanonical appends the canonical text of a request's target, asked of host, to dst. The
// text is the same as that of ParseURL("https://" + host + target). An absolute target (as sent
// to a proxy) has its own host. The first hostLen bytes appended are the host, the next pathLen
// the path; "?query" follows where a parameter is kept.
func AppendCanonical(dst, host, target []byte) (text []byte, hostLen, pathLen int) {
	if len(target) == 0 || target[0] != '/' {
		if h, t, ok := splitAbsolute(target); ok {
			host, target = h, t
		}
	}
	return appendURL(dst, host, target)
}

func splitURL(text []byte, hostLen, pathLen int) URL {
	u := URL{Host: string(text[:hostLen]), Path: string(text[hostLen : hostLen+pathLen])}
	if rest := text[hostLen+pathLen:]; len(rest) > 0 {
		u.Query = string(rest[1:])
	}
	return u
}

// splitAbsolute cuts scheme://user@host/target into host and target. It is false where the scheme
// is not of the web or the host is empty.
func splitAbsolute(raw []byte) (host, target []byte, ok bool) {
	colon := bytes.IndexByte(raw, ':')
	if colon < 3 || colon > 5 || !bytes.HasPrefix(raw[colon:], []byte("://")) || !isWebScheme(raw[:colon]) {
		return nil, nil, false
	}
	host = raw[colon+3:]
	end := 0
	for end < len(host) && host[end] != '/' && host[end] != '?' && host[end] != '#' {
		end++
	}
	host, target = host[:end], host[end:]
	host = host[bytes.LastIndexByte(host, '@')+1:]
	return host, target, len(trimHost(host)) > 0
}

func isWebScheme(scheme []byte) bool {
	for _, known := range [...]string{"http", "https", "ftp"} {
		if bytes.EqualFold(scheme, []byte(known)) {
			return true
		}
	}
	return false
}

func appendURL(dst, host, target []byte) (text []byte, hostLen, pathLen int) {
	start := len(dst)
	dst = appendHost(dst, host)
	hostLen = len(dst) - start
	path, query, _ := bytes.Cut(target, []byte("?"))
	if i := bytes.IndexByte(path, '#'); i >= 0 {
		path, query = path[:i], nil // The question mark was part of the fragment.
	} else if i := bytes.IndexByte(query, '#'); i >= 0 {
		query = query[:i]
	}
	dst = appendPath(dst, path)
	pathLen = len(dst) - start - hostLen
	if len(query) > 0 {
		dst = appendQuery(dst, dst[start+hostLen:], query)
	}
	return dst, hostLen, pathLen
}
