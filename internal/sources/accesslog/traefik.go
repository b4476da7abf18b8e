package accesslog

// What Traefik writes as JSON. Agent and referrer are there only if accessLog.fields.headers
// keeps them; by default it drops them, and then no robot can be told from a reader.
var traefik = jsonFormat("traefik", "", []jsonKey{
	{path: "StartUTC", part: partTime},
	{path: "StartLocal", part: partTime, rank: 1},
	{path: "time", part: partTime, rank: 2}, // when the line was written
	{path: "ClientHost", part: partClient},
	{path: "request_X-Forwarded-For", part: partForwarded},
	{path: "RequestMethod", part: partMethod},
	{path: "RequestHost", part: partHost},
	{path: "RequestAddr", part: partHost, rank: 1},
	{path: "RequestPath", part: partURI},
	{path: "DownstreamStatus", part: partStatus},
	{path: "DownstreamContentSize", part: partBytes},
	{path: "request_Referer", part: partReferrer},
	{path: "request_User-Agent", part: partAgent},
})
