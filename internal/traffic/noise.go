package traffic

import "bytes"

// NoiseVersion changes whenever the parameters that are dropped do: ids of URLs that were loaded
// before then differ from new ones.
const NoiseVersion = "1"

// noise lists the parameters that are dropped from queries, by why. A name is compared without
// its case, "_" and "-": api_key, apiKey and API-KEY are one.
var noise = []struct {
	why   string
	names []string
}{
	{"tells whose click it was or which campaign brought it", []string{
		"gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
		"mccid", "mceid", "mkttok", "srsltid", "ga", "gl",
	}},
	{"opens a door: a credential", []string{
		"token", "accesstoken", "refreshtoken", "idtoken", "authtoken", "csrftoken", "apikey", "apitoken", "accesskey",
		"accesskeyid", "awsaccesskeyid", "keypairid", "subscriptionkey", "ocpapimsubscriptionkey", "authkey", "appkey",
		"auth", "authorization", "bearer", "jwt", "password", "passwd", "pass", "pwd", "passphrase", "secret",
		"clientsecret", "signature", "sig", "policy", "credential", "nonce", "otp", "ticket", "samlresponse", "samlrequest",
	}},
	{"belongs to a signed link and changes with it", []string{
		"expires", "googleaccessid", "responsecontentdisposition", "responsecontenttype", "se", "sp", "sv", "sr", "st",
		"spr", "skoid", "sktid", "skt", "ske", "sks", "skv",
	}},
	{"names a session", []string{
		"sid", "session", "sessionid", "sess", "jsessionid", "phpsessid", "aspsessionid", "cfid", "cftoken", "visitorid",
		"clientid", "cid",
	}},
	{"is about a person", []string{
		"email", "mail", "emailaddress", "user", "username", "userid", "login", "firstname", "lastname", "surname",
		"fullname", "phone", "telephone", "mobile", "postcode", "dob",
	}},
	{"says where the visitor came from or goes next", []string{
		"camefrom", "redirect", "redirecturi", "redirecturl", "return", "returnto", "returnurl", "next", "continue",
		"referer", "referrer",
	}},
	{"holds words that somebody searched for", []string{
		"q", "query", "search", "searchterm", "searchtext", "keyword", "keywords", "sql",
	}},
	{"is a window on a map, or a place", []string{
		"bbox", "width", "height", "x", "y", "z", "i", "j", "zoom", "dpi", "mapresolution", "bboxsr", "imagesr", "size",
		"tilerow", "tilecol", "tilematrix", "resx", "resy", "geometry", "lat", "lon", "lng", "latitude", "longitude",
		"easting", "northing",
	}},
	{"is a window on a list: which rows, not which data", []string{"limit", "offset", "filters", "bom"}},
	{"makes each request look new, or wraps its answer", []string{
		"", "cb", "callback", "jsonp", "jsoncallback", "timestamp", "ts", "nocache", "cachebuster", "cachebust", "rnd",
		"rand", "random",
	}},
}

var isNoise = func() map[string]bool {
	all := map[string]bool{}
	for _, group := range noise {
		for _, name := range group.names {
			all[name] = true
		}
	}
	return all
}()

// noiseShapes has a bit for the length of each name in isNoise, by its first byte: most names are
// told by that not to be noise.
var noiseShapes = func() (lengths [256]uint64) {
	for name := range isNoise {
		if name != "" {
			lengths[name[0]] |= 1 << len(name)
		}
	}
	return lengths
}()

// mayBeNoise is false for most of the folded names that are not in isNoise.
func mayBeNoise(folded []byte) bool {
	return len(folded) == 0 || noiseShapes[folded[0]]>>len(folded)&1 == 1
}

// noisePrefixes are the beginnings of lower-case names that are dropped: campaigns, and the
// signatures of links into object stores. Each has a "_" or a "-".
var noisePrefixes = [][]byte{
	[]byte("utm_"), []byte("mtm_"), []byte("pk_"), []byte("hsa_"), []byte("_hs"), []byte("x-amz-"), []byte("x-goog-"),
	[]byte("x-ms-"),
}

// keepValue says how many bytes of a decoded parameter's value are kept; -1: the parameter is
// dropped. Values that look like an e-mail address, a network address or a signed token go
// whatever their name; the caller says whether the query has an "@" or an escape at all.
func keepValue(name, value []byte, mayHaveEmail bool) int {
	var room [64]byte
	lower := append(room[:0], name...)
	lowerASCII(lower)
	folded := lower
	if bytes.IndexByte(lower, '_') >= 0 || bytes.IndexByte(lower, '-') >= 0 {
		for _, prefix := range noisePrefixes {
			if bytes.HasPrefix(lower, prefix) {
				return -1
			}
		}
		folded = lower[:0]
		for _, c := range lower {
			if c != '_' && c != '-' {
				folded = append(folded, c)
			}
		}
	}
	switch {
	case mayBeNoise(folded) && isNoise[string(folded)], mayHaveEmail && (hasEmail(value) || hasEmail(name)), bytes.HasPrefix(value, []byte("eyJ")):
		return -1
	case string(folded) == "key" && looksRandom(value):
		return -1
	}
	if bytes.IndexByte(value, '.') < 0 && bytes.IndexByte(value, ':') < 0 {
		return len(value) // No address, and no URL.
	}
	if _, isAddress := ParseAddress(value); isAddress {
		return -1
	}
	// A URL within the URL keeps what names a thing, not its own parameters.
	if scheme := bytes.Index(value, []byte("://")); scheme >= 0 {
		if i := bytes.IndexAny(value[scheme:], "?#"); i >= 0 {
			return scheme + i
		}
	}
	return len(value)
}

// looksRandom is true for values of 20 and more letters and digits, both among them.
func looksRandom(value []byte) bool {
	hasLetter, hasDigit := false, false
	for _, c := range value {
		if byteKind[c]&unreserved == 0 {
			return false
		}
		if c >= '0' && c <= '9' {
			hasDigit = true
		} else {
			hasLetter = true
		}
	}
	return len(value) >= 20 && hasLetter && hasDigit
}
