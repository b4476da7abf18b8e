package accesslog

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// JSONKeys say where the parts of a request stand in lines of JSON: keys, joined by points where
// one object is in another (request.headers.Referer), with a number for a place in a list.
type JSONKeys struct {
	Time, Host, Request, Method, URI, Query, Status, Bytes, Referrer, Agent, Client, ForwardedFor string
}

// A jsonKey is a name of a part. Of several that a line has, that of the lowest rank counts.
type jsonKey struct {
	path string
	part part
	rank uint8
}

// jsonFormat reads lines of JSON by their keys. If message is not empty, a line whose message is
// another one is no request.
func jsonFormat(name, message string, keys []jsonKey) format {
	return format{
		name: name,
		open: func(zone *time.Location) parser { return newJSON(zone, message, keys).parse },
		fits: func() func([]byte) bool {
			p := newJSON(nil, message, keys)
			return func(line []byte) bool {
				var e Entry
				return p.parse(line, &e) == "" && e.HasTime && e.Target != nil
			}
		},
	}
}

// format is that of lines with the keys given.
func (k *JSONKeys) format() (format, error) {
	if k.Time == "" || k.Request == "" && k.URI == "" {
		return format{}, errors.New("give at least the keys of time, and of request or uri")
	}
	var keys []jsonKey
	for _, key := range [...]jsonKey{
		{path: k.Time, part: partTime},
		{path: k.Host, part: partHost},
		{path: k.Request, part: partRequest},
		{path: k.Method, part: partMethod},
		{path: k.URI, part: partURI},
		{path: k.Query, part: partQuery},
		{path: k.Status, part: partStatus},
		{path: k.Bytes, part: partBytes},
		{path: k.Referrer, part: partReferrer},
		{path: k.Agent, part: partAgent},
		{path: k.Client, part: partClient},
		{path: k.ForwardedFor, part: partForwarded},
	} {
		if key.path == "" {
			continue
		}
		for _, other := range keys {
			if strings.HasPrefix(key.path+".", other.path+".") || strings.HasPrefix(other.path+".", key.path+".") {
				return format{}, fmt.Errorf("key %q is a part of key %q: they cannot both stand for texts", other.path, key.path)
			}
		}
		keys = append(keys, key)
	}
	return jsonFormat("json", "", keys), nil
}
