package simulate

import "fmt"

// agents are the user agents of clients, the common ones first.
type agents struct{ browsers, tools []string }

// newAgents spells several hundred browsers and tools the way they name themselves.
func newAgents(seed uint64) agents {
	d := newDice(seed, forAgents, 0)
	var a agents
	desktops := []string{
		"Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64", "X11; CrOS x86_64 14541.0.0",
	}
	for version := 142; version > 118; version-- {
		for _, system := range desktops {
			chrome := fmt.Sprintf("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", system, version)
			a.browsers = append(a.browsers, chrome)
			if system == desktops[0] || system == desktops[1] {
				a.browsers = append(a.browsers, fmt.Sprintf("%s Edg/%d.0.0.0", chrome, version))
			}
			if version%8 == 0 {
				a.browsers = append(a.browsers, fmt.Sprintf("%s OPR/%d.0.0.0", chrome, version-16))
			}
		}
		a.browsers = append(a.browsers,
			fmt.Sprintf("Mozilla/5.0 (Linux; Android %d; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Mobile Safari/537.36", d.between(10, 15), version),
			fmt.Sprintf("Mozilla/5.0 (Linux; Android 14; SM-S%d) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/%d.0 Chrome/%d.0.0.0 Mobile Safari/537.36", d.between(901, 938), version-115, version-8),
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/%d.0", version, version),
			fmt.Sprintf("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0", version, version))
	}
	for major := 18; major > 14; major-- {
		for minor := range 7 {
			a.browsers = append(a.browsers,
				fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.%d Mobile/15E148 Safari/604.1", major, minor, major, minor),
				fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.%d Safari/605.1.15", major, minor))
		}
	}
	d.Shuffle(len(a.browsers), func(i, j int) { a.browsers[i], a.browsers[j] = a.browsers[j], a.browsers[i] })

	for minor := range 9 {
		a.tools = append(a.tools,
			fmt.Sprintf("python-requests/2.%d.%d", 25+minor, d.IntN(4)),
			fmt.Sprintf("curl/8.%d.%d", minor+4, d.IntN(2)),
			fmt.Sprintf("libcurl/8.%d.0 r-curl/5.%d.0 httr/1.4.%d", minor, minor%4, minor%8),
			fmt.Sprintf("libcurl/7.%d.0 r-curl/4.3.%d httr2/0.2.%d", 80+minor, minor%4, minor%4),
			fmt.Sprintf("Mozilla/5.0 QGIS/3%d/Windows 11 Version 2009", 2800+100*minor+d.between(0, 14)),
			fmt.Sprintf("Python/3.%d aiohttp/3.%d.1", 9+minor%5, minor),
			fmt.Sprintf("Python-urllib/3.%d", 6+minor),
			fmt.Sprintf("Wget/1.2%d.%d", minor%5, minor%4),
			fmt.Sprintf("Java/17.0.%d", minor+1),
			fmt.Sprintf("okhttp/4.%d.0", minor+3),
			fmt.Sprintf("python-httpx/0.2%d.0", minor))
	}
	a.tools = append(a.tools,
		"Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)",
		"Go-http-client/1.1", "Go-http-client/2.0", "R (4.3.1 x86_64-w64-mingw32 x86_64 mingw32)", "R (4.4.2 x86_64-pc-linux-gnu x86_64 linux-gnu)",
		"Apache-HttpClient/4.5.14 (Java/11.0.20)", "Apache-HttpClient/5.2.1 (Java/17.0.9)", "axios/1.6.8", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
		"GDAL/3.8.4", "GDAL/3.4.1", "FME/2024.7.27.24612", "ArcGIS Pro 3.2.0 (00000000000) - ArcGISPro", "Tableau/2024.1",
		"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-GB) WindowsPowerShell/5.1.19041.4291", "PostmanRuntime/7.37.3", "HTTPie/3.2.2", "libwww-perl/6.72",
		"Wget/1.21.4", "curl/7.81.0", "curl/7.68.0", "-")
	d.Shuffle(len(a.tools), func(i, j int) { a.tools[i], a.tools[j] = a.tools[j], a.tools[i] })
	return a
}
