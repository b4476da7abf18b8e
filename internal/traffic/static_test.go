package traffic

import "testing"

func TestIsStatic(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/base/css/main.css":         true,
		"/webassets/base/7f_main.js": true,
		"/webassets/vendor/x.WOFF2":  true,
		"/favicon.ico":               true,
		"/theme/app.js.map":          true,
		"/base/images/logo.png":      true,
		"/images/banner.jpeg":        true,
		"/uploads/group/logo.png":    false,
		"/maps/flood-2025.png":       false,
		"/base/images/report.pdf":    false,
		"/base/data.csv":             false,
		"/css":                       false,
		"/a.css/data":                false,
		"/robots.txt":                false,
		"/":                          false,
		"":                           false,
		"/dataset/x/resource/y/download/style.css": false,
		"/dataset/x/resource/y/logo.js":            false,
		"/images/dataset/x/download/a.png":         false,
		"/storage/f/2013-01-01T00/script.js":       false,
		"/files/download/code.js":                  false,
		"/data.json":                               false,
	} {
		if got := IsStatic([]byte(path)); got != want {
			t.Errorf("IsStatic(%q) = %v, want %v", path, got, want)
		}
	}
}
