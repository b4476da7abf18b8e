package accesslog

import (
	"errors"
	"fmt"
	"strings"
)

// nginxPieces are the variables of nginx that are asked for. All others may be in a log_format as
// well: what they hold is skipped.
var nginxPieces = map[string]piece{
	"remote_addr":               {part: partClient, kind: word},
	"realip_remote_addr":        {part: partClient, kind: word, rank: 1},
	"remote_user":               {part: partUser},
	"time_local":                {part: partTime, kind: bareTime},
	"time_iso8601":              {part: partTime, kind: isoTime},
	"msec":                      {part: partTime, kind: epochTime},
	"request":                   {part: partRequest},
	"request_method":            {part: partMethod, kind: word},
	"request_uri":               {part: partURI},
	"uri":                       {part: partURI, rank: 1},
	"document_uri":              {part: partURI, rank: 1},
	"args":                      {part: partQuery},
	"query_string":              {part: partQuery, rank: 1},
	"status":                    {part: partStatus, kind: statusNumber},
	"body_bytes_sent":           {part: partBytes, kind: sizeNumber},
	"bytes_sent":                {part: partBytes, kind: sizeNumber, rank: 1},
	"http_referer":              {part: partReferrer},
	"http_user_agent":           {part: partAgent},
	"http_x_forwarded_for":      {part: partForwarded},
	"proxy_add_x_forwarded_for": {part: partForwarded, rank: 1},
	"host":                      {part: partHost, kind: word},
	"http_host":                 {part: partHost, kind: word, rank: 1},
	"server_name":               {part: partHost, kind: word, rank: 2},
}

// nginxFormat compiles the string of an nginx log_format, or the whole directive.
func nginxFormat(text string) (format, error) {
	t := &template{}
	text = strings.TrimSpace(text)
	if directive, ok := strings.CutPrefix(text, "log_format "); ok {
		var err error
		if text, err = joinQuoted(directive); err != nil {
			return format{}, err
		}
	}
	if rest, ok := strings.CutPrefix(text, "escape="); ok {
		var way string
		way, text, _ = strings.Cut(rest, " ")
		switch way {
		case "default":
		case "json":
			t.escapes = jsonEscapes
		case "none":
			t.escapes = noEscapes
		default:
			return format{}, fmt.Errorf("escape=%s: use default, json or none", way)
		}
		text = strings.TrimSpace(text)
	}
	text = strings.ReplaceAll(text, `\"`, `"`)
	for text != "" {
		plain, rest, isVariable := strings.Cut(text, "$")
		t.addText(plain)
		if !isVariable {
			break
		}
		name, after := variableName(rest)
		if name == "" {
			return format{}, fmt.Errorf("a $ before %q names no variable", firstOf(rest))
		}
		p := nginxPieces[name]
		p.name = "$" + name
		if err := t.add(p); err != nil {
			return format{}, err
		}
		text = after
	}
	return t.format("log_format of nginx")
}

// variableName takes the name at the text's start, in braces or without.
func variableName(text string) (name, rest string) {
	if braced, ok := strings.CutPrefix(text, "{"); ok {
		if name, rest, ok = strings.Cut(braced, "}"); ok {
			return name, rest
		}
		return "", text
	}
	end := 0
	for end < len(text) && (isASCIILetter(text[end]) || isDigit(text[end]) || text[end] == '_') {
		end++
	}
	return text[:end], text[end:]
}

// joinQuoted makes one string of a directive's quoted parts, with its escape= before them.
func joinQuoted(directive string) (string, error) {
	_, rest, _ := strings.Cut(directive, " ") // The format's name.
	var joined strings.Builder
	for {
		rest = strings.TrimSpace(rest)
		switch {
		case rest == "" || rest == ";":
			return joined.String(), nil
		case rest[0] == '\'' || rest[0] == '"':
			end := 1
			for end < len(rest) && (rest[end] != rest[0] || rest[end-1] == '\\') {
				end++
			}
			if end == len(rest) {
				return "", errors.New("a quote of the log_format is not closed")
			}
			joined.WriteString(strings.ReplaceAll(rest[1:end], `\`+rest[:1], rest[:1]))
			rest = rest[end+1:]
		case strings.HasPrefix(rest, "escape=") && joined.Len() == 0:
			var way string
			way, rest, _ = strings.Cut(rest, " ")
			joined.WriteString(way + " ")
		default:
			return "", fmt.Errorf("log_format: %q stands outside of its quotes", firstOf(rest))
		}
	}
}

// firstOf is the beginning of a text, for an error.
func firstOf(text string) string {
	if len(text) > 20 {
		return text[:20] + "…"
	}
	return text
}
