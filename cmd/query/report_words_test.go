package main

import (
	"regexp"
	"strings"
	"testing"

	"footfall/internal/report"
)

// What a person has to read: at most as long and as hard as the government's guidance asks for. The age is that of
// the Flesch-Kincaid grade, which is 5 less.
const (
	longestSentence   = 30
	meanSentence      = 14.0
	hardestReadingAge = 9.0
)

// The sentences of all edges are short, and made of short words.
func TestReportReadsEasily(t *testing.T) {
	var all []string
	for _, name := range edgeNames(t) {
		r := readEdge(t, openEdge(t, name), report.Internal)
		for _, sentence := range sentencesOf(r) {
			if n := len(words(sentence)); n > longestSentence {
				t.Errorf("%s: %d words in one sentence: %s", name, n, sentence)
			}
		}
		all = append(all, sentencesOf(r)...)
	}
	mean, age := readingAge(all)
	t.Logf("%d sentences, %.1f words each, reading age %.1f", len(all), mean, age)
	if mean > meanSentence || age > hardestReadingAge {
		t.Errorf("%.1f words a sentence and a reading age of %.1f: at most %v and %v are wanted", mean, age, meanSentence, hardestReadingAge)
	}
}

// The measure tells easy from hard.
func TestReadingAge(t *testing.T) {
	for text, want := range map[string][2]float64{
		"The cat sat on the mat. It was fat.": {0, 6},
		"Notwithstanding considerable methodological heterogeneity, organisational accountability necessitates comprehensive evaluation.": {20, 60},
	} {
		if _, age := readingAge(sentences(text)); age < want[0] || age > want[1] {
			t.Errorf("%q: age %.1f, want %v", text, age, want)
		}
	}
}

// Nothing that is written says what a report must never say, in any edition.
func TestReportNeverSays(t *testing.T) {
	never := regexp.MustCompile(`(?i)\bdelete|\bofficial statistics\b|\bleague table|\bMozilla/|\b(192\.0\.2|198\.51\.100|203\.0\.113)\.[0-9]`)
	for _, name := range edgeNames(t) {
		e := openEdge(t, name)
		for _, edition := range []string{report.Internal, report.Public} {
			content, err := report.Render(readEdge(t, e, edition), false)
			if err != nil {
				t.Fatal(err)
			}
			for file, text := range content {
				if found := never.Find(text); found != nil && !strings.HasSuffix(file, ".ods") {
					t.Errorf("%s, %s edition, %s: %s", name, edition, file, found)
				}
			}
		}
	}
}

// sentencesOf are the sentences of a report and of its publishers.
func sentencesOf(r *report.Report) []string {
	all := sentences(strings.Join(r.ProvisionalWhy, " "))
	for _, section := range r.Sections {
		all = append(all, sentences(section.Answer)...)
		for _, paragraph := range section.Paragraphs {
			all = append(all, sentences(paragraph)...)
		}
		for _, chart := range section.Charts {
			all = append(all, sentences(chart.Alternative)...)
		}
		for _, table := range section.Tables {
			all = append(all, sentences(table.Description)...)
		}
	}
	for _, note := range r.Notes {
		all = append(all, sentences(note.Text)...)
	}
	for _, term := range r.Glossary {
		all = append(all, sentences(term.Meaning)...)
	}
	for _, p := range r.Publishers {
		all = append(all, sentencesOf(&p.Report)...)
	}
	return all
}

var sentenceEnd = regexp.MustCompile(`[.;:?!](\s+|$)`)

// sentences are those of a text; what stands before a colon or semicolon is read as one.
func sentences(text string) []string {
	var all []string
	for _, sentence := range sentenceEnd.Split(text, -1) {
		if len(words(sentence)) > 0 {
			all = append(all, sentence)
		}
	}
	return all
}

var wordPattern = regexp.MustCompile(`[A-Za-z][A-Za-z'-]*`)

func words(sentence string) []string { return wordPattern.FindAllString(sentence, -1) }

var vowels = regexp.MustCompile(`[aeiouy]+`)

// readingAge is the mean length of the sentences, and the age that the Flesch-Kincaid grade stands for. Syllables are
// groups of vowels, without an e at the end. What the report is about, datasets, is no hard word to its readers.
func readingAge(all []string) (mean, age float64) {
	count, syllables := 0, 0
	for _, sentence := range all {
		for _, word := range words(sentence) {
			word = strings.TrimSuffix(strings.ReplaceAll(strings.ToLower(word), "dataset", "set"), "e")
			count++
			syllables += max(1, len(vowels.FindAllString(word, -1)))
		}
	}
	mean = float64(count) / float64(len(all))
	return mean, 0.39*mean + 11.8*float64(syllables)/float64(count) - 15.59 + 5
}
