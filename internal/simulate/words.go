package simulate

import (
	"fmt"
	"strings"
	"unicode"
)

// publisher is an organization of the portal.
type publisher struct {
	id, name, title, description string
	created                      int64
}

var publisherTitles = []string{
	"Water and Rivers Agency", "Countryside and Landscape Office", "Farm Payments Office",
	"Marine Stewardship Board", "Fisheries Laboratory", "Plant and Soil Institute",
	"Nature Records Centre", "Animal Health Service", "Clean Air Directorate",
	"Department for Land and Sea",
}

func newPublishers(o Options) []publisher {
	d := newDice(o.Seed, forCatalogue, -1)
	list := make([]publisher, o.Publishers)
	for i := range list {
		title := publisherTitles[i%len(publisherTitles)]
		if i >= len(publisherTitles) {
			title = fmt.Sprintf("%s, Region %d", title, i/len(publisherTitles)+1)
		}
		list[i] = publisher{
			id: d.uuid(), name: slug(title), title: title,
			description: "Invented publisher of a simulated portal.",
			created:     o.Start.AddDate(-9, 0, d.IntN(300)).Unix(),
		}
	}
	return list
}

var subjects = []string{
	"Flood risk zones", "River levels", "Groundwater levels", "Rainfall totals", "Bathing water quality",
	"Water abstraction licences", "Discharge consents", "River habitat survey", "Fish counts", "Salmon catch returns",
	"Coastal erosion forecast", "Tide gauge readings", "Wave heights", "Shoreline profiles", "Seabed sediments",
	"Shellfish waters", "Fishing vessel landings", "Marine licences", "Marine protected areas", "Oyster beds",
	"Soil survey", "Soil carbon", "Peat depth", "Crop map", "Crop health reports", "Orchard survey",
	"Potato pest surveillance", "Plant passport register", "Seed testing results", "Pesticide use survey",
	"Farm census", "Farm income survey", "Farm payments by parish", "Hedgerow survey", "Field boundaries",
	"Woodland inventory", "Ancient woodland", "Tree health survey", "Timber prices", "Felling licences",
	"Cattle movements", "Sheep and goat inventory", "Poultry register", "Badger survey", "Bovine tuberculosis incidents",
	"Avian influenza cases", "Veterinary medicines sales", "Slaughter statistics", "Milk production", "Wool clip",
	"Bird counts", "Butterfly transects", "Bat roosts", "Otter survey", "Dormouse records", "Newt ponds",
	"Rare plant records", "Invasive species sightings", "Pollinator monitoring", "Moth trap counts",
	"Air quality readings", "Ammonia concentrations", "Nitrogen deposition", "Ozone measurements", "Noise map",
	"Particulate emissions", "Greenhouse gas inventory", "Smoke control areas", "Odour complaints", "Radon map",
	"Waste permits", "Recycling rates", "Fly-tipping incidents", "Landfill sites", "Household waste collected",
	"Pollution incidents", "Enforcement actions", "Environmental permits", "Contaminated land", "Hazardous waste returns",
	"National parks boundaries", "Rights of way", "Open access land", "Common land register", "Village greens",
	"Landscape character areas", "Heritage coast", "Geological sites", "Nature reserves", "Wetland inventory",
	"Lidar terrain model", "Aerial photographs index", "Land cover map", "Catchment boundaries", "Lake inventory",
	"Reservoir storage", "Drought orders", "Sewage overflow events", "Drinking water tests", "Water company areas",
	"Food prices", "Food safety sampling", "Import inspections", "Export certificates", "Border control posts",
	"Spending over 25,000", "Staff numbers", "Grants awarded", "Contracts awarded", "Visitor survey",
}

var places = []string{
	"Avonmere", "Aldercombe", "Ashwater Vale", "Barrowdale", "Beckfold", "Birchlow", "Blackfen", "Bramhope Moor",
	"Brindlesea", "Calderwick", "Cawdale", "Chalkbourne", "Coldharbour", "Crossfell", "Culmstead", "Dallowmoor",
	"Danesmouth", "Deepwell", "Dunmarsh", "Eastholme", "Eldersby", "Elmstow", "Fairlight Bay", "Farrowby",
	"Fenwick Levels", "Flintcombe", "Foxholme", "Gannet Head", "Garthdale", "Glenarrow", "Goldmoor", "Greyfriars",
	"Hallowmere", "Harrowfield", "Hawkshead Sands", "Heatherleigh", "Highmoss", "Holmewater", "Inverlarch", "Ivelford",
	"Kelderbeck", "Kestrel Edge", "Kingsmarsh", "Ladybower Moor", "Langstrother", "Larkhill", "Lindenmere", "Llanfŷn",
	"Longshaw", "Lowcross", "Lytheham", "Marlbourne", "Meresea", "Millbeck", "Morfa Gwyn", "Netherwold",
	"Newsham Flats", "Northey", "Oakhanger", "Orlestone", "Ottermouth", "Oxley", "Pennywell", "Pennant Fawr",
	"Plovers Reach", "Porth Lydan", "Quarrington", "Ravensgill", "Redmire", "Ringstead", "Rookhope Side", "Rushbourne",
	"Saltmarsh", "Sandlings", "Scarfell", "Seaborough", "Selwick", "Shelduck Point", "Silverdale Marsh", "Skerrow",
	"Southmere", "Spindlewood", "Starling Fen", "Stonebeck", "Summerfold", "Swanholme", "Tamarbridge", "Tarnside",
	"Teal Haven", "Thornwick", "Tidewell", "Tolland", "Trewarren", "Undermoor", "Upper Wharle", "Vennford",
	"Wainscale", "Wardlow", "Waterfoot", "Wealdstone", "Wetherby Carr", "Whinfell", "Whitecliff", "Wildmoor",
	"Willowford", "Winterbourne", "Withymead", "Wolds End", "Wrayside", "Wychbury", "Yarrowdale", "Yewbarrow",
}

// title is the n-th of many distinct titles, in an order that looks like none.
func title(n int) string {
	total := len(subjects) * len(places)
	at := n % total * 7919 % total // 7919 is prime, so no combination comes twice
	text := subjects[at%len(subjects)] + ", " + places[at/len(subjects)]
	if round := n / total; round > 0 {
		text = fmt.Sprintf("%s, edition %d", text, round+1)
	}
	return text
}

// slug spells a title the way CKAN names datasets: lower-case ASCII letters, digits and dashes.
func slug(text string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(text) {
		switch {
		case r == 'ŷ':
			r = 'y'
			fallthrough
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			dash = false
		case r == ' ' || r == '-' || r == ',':
			dash = true
		}
	}
	return b.String()
}
