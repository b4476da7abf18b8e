package traffic

import "strings"

// PathPattern is what the paths of one folder have in common, so that thousands of tiles or files
// are one: the last segment is * with its ending, and so is each other segment that is a number, a
// UUID or 32 hex digits: /tiles/7/44/63.png is /tiles/*/*/*.png.
func PathPattern(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		switch {
		case segment == "":
		case i == len(segments)-1:
			segments[i] = "*"
			if ending := extension(strings.ToLower(segment)); ending != "" {
				segments[i] = "*." + ending
			}
		case isNumber(strings.Trim(segment, "-.")), isUUID(segment), isHex32(segment):
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

// PatternPrefix is the folder that all paths of a pattern are in.
func PatternPrefix(pattern string) string {
	fixed, _, _ := strings.Cut(pattern, "*")
	return fixed[:strings.LastIndexByte(fixed, '/')+1]
}
