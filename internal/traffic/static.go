package traffic

import "bytes"

// furnitureFolders are where CKAN, Rails and the usual themes keep what a page is drawn with.
var furnitureFolders = [][]byte{
	[]byte("/base/"), []byte("/webassets/"), []byte("/fanstatic/"), []byte("/assets/"), []byte("/static/"),
	[]byte("/css/"), []byte("/js/"), []byte("/fonts/"), []byte("/images/"), []byte("/img/"),
}

// furnitureTypes are file types that only pages use. Images are not among them: a PNG may be data.
var furnitureTypes = [][]byte{
	[]byte(".css"), []byte(".js"), []byte(".mjs"), []byte(".map"), []byte(".woff"), []byte(".woff2"), []byte(".eot"),
	[]byte(".ttf"), []byte(".otf"), []byte(".ico"),
}

// imageTypes are furniture only inside a furniture folder.
var imageTypes = [][]byte{
	[]byte(".png"), []byte(".gif"), []byte(".jpg"), []byte(".jpeg"), []byte(".svg"), []byte(".webp"), []byte(".avif"),
}

// IsStatic says that a canonical path is a part that pages are drawn with, which the log reader
// counts and does not keep. The rule: a style sheet, script, source map, font or icon by its type
// (.css .js .mjs .map .woff .woff2 .eot .ttf .otf .ico) anywhere, and an image (.png .gif .jpg .jpeg .svg .webp
// .avif) where the path begins with one of /base/ /webassets/ /fanstatic/ /assets/ /static/
// /css/ /js/ /fonts/ /images/ /img/. A path with a folder /dataset/, /download/ or /storage/ is
// never static: there a picture or a script is data.
func IsStatic(path []byte) bool {
	dot := bytes.LastIndexByte(path, '.')
	if dot < 0 || len(path)-dot > len(".woff2") || bytes.IndexByte(path[dot:], '/') >= 0 {
		return false
	}
	isFurniture := hasType(path[dot:], furnitureTypes)
	if !isFurniture && hasType(path[dot:], imageTypes) {
		for _, folder := range furnitureFolders {
			isFurniture = isFurniture || bytes.HasPrefix(path, folder)
		}
	}
	return isFurniture && !bytes.Contains(path, []byte("/dataset/")) &&
		!bytes.Contains(path, []byte("/download/")) && !bytes.Contains(path, []byte("/storage/"))
}

func hasType(suffix []byte, types [][]byte) bool {
	for _, t := range types {
		if bytes.EqualFold(suffix, t) {
			return true
		}
	}
	return false
}
