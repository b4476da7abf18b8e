package traffic

import (
	"slices"
	"strings"
)

// A folderIndex is what the catalogue has in each folder, by host and path with the last slash.
type folderIndex map[string]*folder

type folder struct {
	datasets []string // with a URL in it or below, at most maxShared and one more
	files    int      // that are data
	own      []Target // of the resources whose URL is this folder
}

func (f *folder) has(dataset string) {
	if len(f.datasets) <= maxShared && !slices.Contains(f.datasets, dataset) {
		f.datasets = append(f.datasets, dataset)
	}
}

func (x folderIndex) at(key string) *folder {
	f, known := x[key]
	if !known {
		f = &folder{}
		x[key] = f
	}
	return f
}

// add puts a URL into all the folders above it. A host's root is none.
func (x folderIndex) add(u URL, dataset string, isData bool) {
	text := u.Host + u.Path
	root := len(u.Host) + 1
	for end := strings.LastIndexByte(text, '/'); end >= root; end = strings.LastIndexByte(text[:end], '/') {
		f := x.at(text[:end+1])
		f.has(dataset)
		if isData && end < len(text)-1 {
			f.files++
		}
	}
}

// addFolder notes the folder that a resource's URL is: one that ends with a slash or has no
// ending, or what comes before the first place-holder of a template such as /{z}/{x}/{y}.png.
func (x folderIndex) addFolder(r Resource) {
	path := r.URL.Path
	if brace := strings.Index(path, "%7B"); brace >= 0 {
		path = path[:strings.LastIndexByte(path[:brace], '/')+1]
	} else if r.URL.Query != "" || extension(path) != "" {
		return
	}
	if path = strings.TrimSuffix(path, "/"); path == "" {
		return
	}
	f := x.at(r.URL.Host + path + "/")
	f.has(r.DatasetID)
	f.own = append(f.own, Target{r.DatasetID, r.ID, Request, RuleResourceFolder})
}

// targets are the folders that belong to a dataset: that are its resource's own URL, or that hold
// files of it alone, if it is called like the dataset or is deep enough (two segments) and holds two
// files of it or more. A folder with anything of another dataset in it belongs to none of them.
func (x folderIndex) targets(names map[string]map[string]bool) map[string][]Target {
	found := map[string][]Target{}
	for key, f := range x {
		own := onePerDataset(f.own)
		switch {
		case len(f.datasets) > maxShared:
		case len(own) > 0 && len(own) == len(f.datasets):
			found[key] = own
		case len(own) == 0 && len(f.datasets) == 1 && f.files > 0 && isOwnFolder(key, f.files, names[f.datasets[0]]):
			found[key] = []Target{{f.datasets[0], "", Request, RuleDatasetFolder}}
		}
	}
	return found
}

// isOwnFolder guards against folders in which anything may lie: dates and uploads.
func isOwnFolder(key string, files int, names map[string]bool) bool {
	segments := decodedSegments(key)
	last := strings.ToLower(segments[len(segments)-1])
	if names[last] || names[guidKey(last)] {
		return true
	}
	return len(segments) > 2 && files > 1 && strings.ContainsAny(last, "abcdefghijklmnopqrstuvwxyz") // The first is the host.
}

// folderNames are the names that a folder of each dataset may have, by its id.
func folderNames(datasets []Dataset) map[string]map[string]bool {
	names := make(map[string]map[string]bool, len(datasets))
	for _, d := range datasets {
		own := map[string]bool{strings.ToLower(d.ID): true, strings.ToLower(d.Name): true, guidKey(d.GUID): true}
		for _, name := range d.OldNames {
			own[strings.ToLower(name)] = true
		}
		names[d.ID] = own
	}
	return names
}

// byFolder finds the innermost folder that belongs to a dataset. Documents and pages in it are
// about the data, and a folder itself is a list of files; anything else is taken for data, since
// tiles and parts have any name.
func (t *Targets) byFolder(u URL) []Target {
	text := u.Host + u.Path
	root := len(u.Host) + 1
	for end := strings.LastIndexByte(text, '/'); end >= root; end = strings.LastIndexByte(text[:end], '/') {
		targets, known := t.folders[text[:end+1]]
		if !known {
			continue
		}
		if !t.isAbout(u.Path) {
			return targets
		}
		targets = slices.Clone(targets)
		for i := range targets {
			targets[i].Kind = Investigation
		}
		return targets
	}
	return nil
}

func (t *Targets) isAbout(path string) bool {
	if strings.HasSuffix(path, "/") {
		return true
	}
	role := t.endings[extension(strings.ToLower(path))]
	return role == Document || role == Page
}
