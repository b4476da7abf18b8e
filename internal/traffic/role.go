package traffic

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Roles of resources. Requests of data and services are use of a dataset's data; documents and
// pages are only about it.
const (
	Data     = "data"
	Service  = "service"
	Document = "document"
	Page     = "page"
)

var roleFields = []string{"resource_type", "locator_function", "format", "extension", "service", "path_part", "url_type"}

// Roles tells what a resource of the catalogue is.
type Roles struct{ rules []roleRule }

type roleRule struct{ field, value, role string }

// ReadRoles reads a CSV with the header field,value,resource_role,reason. The rows are tried from
// top to bottom. Fields: resource_type, locator_function, format and url_type are the
// catalogue's, in lower case (of a format like text/csv or .csv the last word); extension is that
// of the URL's path, service the parameter of that name in its query, path_part a text anywhere
// in its path. Errors give name, line, column and what is allowed there.
func ReadRoles(r io.Reader, name string) (*Roles, error) {
	roles := &Roles{}
	err := readList(r, name, []string{"field", "value", "resource_role", "reason"}, func(row []string) error {
		if !slices.Contains(roleFields, row[0]) {
			return inColumn("field", fmt.Errorf("%q is none of %s", row[0], strings.Join(roleFields, ", ")))
		}
		if row[1] == "" || row[1] != strings.ToLower(row[1]) {
			return inColumn("value", fmt.Errorf("%q must be in lower case and not empty", row[1]))
		}
		if known := []string{Data, Service, Document, Page}; !slices.Contains(known, row[2]) {
			return inColumn("resource_role", fmt.Errorf("%q is none of %s", row[2], strings.Join(known, ", ")))
		}
		roles.rules = append(roles.rules, roleRule{row[0], row[1], row[2]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return roles, nil
}

// Classify gives the role of a resource (data, service, document, page) and the rule that said
// so, as field=value. What no row knows is data if the catalogue names a format for it, since
// formats are many, and a page if not, since that is what most links without one lead to.
func (r *Roles) Classify(format, locatorFunction, resourceType, urlType string, u URL) (role, rule string) {
	path := strings.ToLower(u.Path)
	values := map[string]string{
		"resource_type":    fold(resourceType),
		"locator_function": fold(locatorFunction),
		"format":           foldFormat(format),
		"url_type":         fold(urlType),
		"extension":        extension(path),
		"service":          fold(queryValue(u.Query, "service")),
	}
	for _, rule := range r.rules {
		if rule.field == "path_part" && strings.Contains(path, rule.value) || values[rule.field] == rule.value {
			return rule.role, rule.field + "=" + rule.value
		}
	}
	if values["format"] != "" {
		return Data, "format not listed"
	}
	return Page, "nothing known"
}

func fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// foldFormat makes "CSV", ".csv", "text/csv" and "http://.../media-types/text/csv" one.
func foldFormat(format string) string {
	format = fold(format)
	format = strings.Trim(format[strings.LastIndexByte(format, '/')+1:], ". ")
	format, _, _ = strings.Cut(format, ";")
	return strings.TrimPrefix(strings.TrimPrefix(format, "vnd."), "x-")
}

// extension is what follows the last dot of a path's last segment; "" if it is no short word.
func extension(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || len(name)-dot > 10 {
		return ""
	}
	return name[dot+1:]
}

// queryValue is the decoded value of a parameter of a canonical query.
func queryValue(query, name string) string {
	for pair := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return string(appendDecoded(nil, []byte(value)))
		}
	}
	return ""
}
