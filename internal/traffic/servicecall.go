package traffic

import (
	"iter"
	"slices"
	"strings"
	"unicode"
)

// An endpoint is all that the catalogue has at one place.
type endpoint struct {
	calls   []call
	byItem  map[string][]int // calls by "name=item" of the item that fewest of them name
	byName  map[string][]int // calls that name nothing, by their dataset's and resource's names
	bare    []bareCalls      // all calls that name nothing
	dataset string           // the only one; empty if there are several
}

// A call is a way to ask for a dataset: it names at least what naming has.
type call struct {
	place
	url    URL
	target Target
	called []string // folded names of dataset and resource
}

// bareCalls are calls that name nothing, of one kind of service and workspace.
type bareCalls struct {
	ending, workspace string
	calls             []int
}

func (e *endpoint) add(c call) {
	if len(e.calls) == 0 {
		e.dataset = c.target.DatasetID
	} else if e.dataset != c.target.DatasetID {
		e.dataset = ""
	}
	e.calls = append(e.calls, c)
}

// index is called once, when all calls are known.
func (e *endpoint) index() {
	count := map[string]int{}
	for i := range e.calls {
		for key := range itemKeys(e.calls[i].naming) {
			count[key]++
		}
	}
	e.byItem, e.byName = map[string][]int{}, map[string][]int{}
	for i := range e.calls {
		rarest := ""
		for key := range itemKeys(e.calls[i].naming) {
			if rarest == "" || count[key] < count[rarest] {
				rarest = key
			}
		}
		if rarest != "" {
			e.byItem[rarest] = append(e.byItem[rarest], i)
			continue
		}
		e.addBare(i)
		for _, name := range e.calls[i].called {
			e.byName[name] = append(e.byName[name], i)
		}
	}
}

func (e *endpoint) addBare(i int) {
	c := &e.calls[i]
	for g := range e.bare {
		if group := &e.bare[g]; group.ending == c.ending && group.workspace == c.workspace {
			group.calls = append(group.calls, i)
			return
		}
	}
	e.bare = append(e.bare, bareCalls{c.ending, c.workspace, []int{i}})
}

// itemKeys are the items of arguments as keys of an endpoint's index.
func itemKeys(naming []argument) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, a := range naming {
			for _, i := range a.items {
				if !yield(a.name + "=" + i.name) {
					return
				}
			}
		}
	}
}

// named are the calls that a place asks for by name: of those whose naming it holds, the ones that
// name most.
func (e *endpoint) named(asked place) []int {
	var found []int
	most := 0
	for key := range itemKeys(asked.naming) {
		for _, i := range e.byItem[key] {
			n := len(e.calls[i].naming)
			if n < most || slices.Contains(found, i) || !holds(asked.naming, e.calls[i].naming) {
				continue
			}
			if n > most {
				most, found = n, nil
			}
			found = append(found, i)
		}
	}
	return found
}

// holds is true if arguments name everything that wanted does.
func holds(arguments, wanted []argument) bool {
	for _, want := range wanted {
		isHeld := func(i item) bool {
			return slices.ContainsFunc(arguments, func(a argument) bool { return a.name == want.name && slices.ContainsFunc(a.items, i.fits) })
		}
		if slices.ContainsFunc(want.items, func(i item) bool { return !isHeld(i) }) {
			return false
		}
	}
	return true
}

// unnamed are the calls that name nothing and fit a place: its kind of service, its workspace.
func (e *endpoint) unnamed(asked place) []int {
	var inWorkspace, found []int
	for _, b := range e.bare {
		switch {
		case b.ending != asked.ending && b.ending != "ows" && asked.ending != "ows":
		case b.workspace == "":
			found = joined(found, b.calls)
		case b.workspace == asked.workspace || slices.ContainsFunc(asked.layers(), func(l item) bool { return l.workspace == b.workspace }):
			inWorkspace = joined(inWorkspace, b.calls)
		}
	}
	if len(inWorkspace) > 0 {
		return inWorkspace
	}
	return found
}

// joined does not copy thousands of calls for nothing.
func joined(a, b []int) []int {
	if len(a) == 0 {
		return b
	}
	return slices.Concat(a, b)
}

// areOneDataset is true if calls have the same dataset, or there is none.
func (e *endpoint) areOneDataset(calls []int) bool {
	return !slices.ContainsFunc(calls, func(i int) bool { return e.calls[i].target.DatasetID != e.calls[calls[0]].target.DatasetID })
}

// isUnclear is true where a layer was asked for without its workspace and several have one of that
// name.
func (e *endpoint) isUnclear(asked place, calls []int) bool {
	workspaces := map[string]string{}
	for _, i := range calls {
		for _, layer := range e.calls[i].layers() {
			if layer.workspace == "" || slices.Contains(asked.layers(), layer) {
				continue
			}
			if other, known := workspaces[layer.name]; known && other != layer.workspace {
				return true
			}
			workspaces[layer.name] = layer.workspace
		}
	}
	return false
}

func (p *place) layers() []item {
	for _, a := range p.naming {
		if a.name == "layers" {
			return a.items
		}
	}
	return nil
}

func (e *endpoint) targets(calls []int) []Target {
	targets := make([]Target, len(calls))
	for n, i := range calls {
		targets[n] = e.calls[i].target
	}
	return onePerDataset(targets)
}

func (t *Targets) addService(r Resource, datasetName string) {
	target := Target{DatasetID: r.DatasetID, ResourceID: r.ID, Rule: RuleService}
	addCall(t.services, call{placeOf(r.URL), r.URL, target, []string{foldName(datasetName), foldName(r.Name)}})
}

// addFile remembers a file that its query names, by its naming parameters alone.
func (t *Targets) addFile(r Resource) {
	naming := slices.DeleteFunc(readNaming(r.URL.Query), func(a argument) bool { return !keyNames[foldName(a.name)] })
	if len(naming) > 0 {
		p := place{key: r.URL.Host + r.URL.Path, naming: naming}
		addCall(t.files, call{p, r.URL, Target{r.DatasetID, r.ID, Request, RuleNamingKey}, nil})
	}
}

func addCall(endpoints map[string]*endpoint, c call) {
	if endpoints[c.key] == nil {
		endpoints[c.key] = &endpoint{}
	}
	endpoints[c.key].add(c)
}

// byNamingKey finds the file whose naming parameters the URL repeats, whatever else it asks for.
func (t *Targets) byNamingKey(u URL) []Target {
	e := t.files[u.Host+u.Path]
	if e == nil {
		return nil
	}
	calls := e.named(place{naming: readNaming(u.Query)})
	isOther := func(i int) bool { return e.calls[i].url != e.calls[calls[0]].url }
	if !e.areOneDataset(calls) && slices.ContainsFunc(calls, isOther) {
		return []Target{{Kind: Ambiguous, Rule: RuleNamingKey}}
	}
	return unlessSharedByTooMany(e.targets(calls))
}

// byService finds the datasets of a call of a service that the catalogue links to: at the same
// place, with all the layers, interfaces and maps that the catalogue's URL names. Of several the
// ones that name most are meant.
func (t *Targets) byService(u URL) []Target {
	asked := placeOf(u)
	e := t.services[asked.key]
	if e == nil {
		return nil
	}
	kind := callKind(u)
	found := unlessSharedByTooMany(e.find(asked, kind))
	for i := range found {
		if found[i].Kind != Ambiguous {
			found[i].Kind = kind
		}
	}
	return found
}

// find are the targets of what is asked of a service, without their kind.
func (e *endpoint) find(asked place, kind string) []Target {
	unclear := []Target{{Kind: Ambiguous, Rule: RuleSharedService}}
	if calls := e.named(asked); len(calls) > 0 {
		if e.isUnclear(asked, calls) {
			return unclear
		}
		return e.targets(calls)
	}
	calls := e.unnamed(asked)
	switch {
	case len(calls) > 0 && e.areOneDataset(calls):
		return e.targets(calls)
	case len(calls) > 0:
		// A service that several link to says nothing of one, unless the layer is called like it.
		if found := e.calledLike(asked.layers(), calls); len(found) > 0 {
			return found
		}
		return unclear
	case len(asked.layers()) > 0:
		return nil
	case kind == Investigation && e.dataset != "":
		return e.targets(e.all()) // About a service that has nothing else.
	case kind == Request && asked.isPicture:
		return e.targets(e.all()) // A picture without a list of layers shows all of them.
	}
	return nil
}

func (e *endpoint) all() []int {
	all := make([]int, len(e.calls))
	for i := range all {
		all[i] = i
	}
	return all
}

// calledLike are the datasets, of calls, that a layer has the name of, or one of their resources.
func (e *endpoint) calledLike(layers []item, calls []int) []Target {
	var found []Target
	for _, layer := range layers {
		for _, i := range e.byName[foldName(layer.name)] {
			if slices.Contains(calls, i) && len(layer.name) > 2 {
				target := e.calls[i].target
				target.Rule = RuleLayerName
				found = append(found, target)
			}
		}
	}
	return onePerDataset(found)
}

// foldName is a name in lower case without anything but letters and digits.
func foldName(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}
