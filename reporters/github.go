package reporters

import (
	"fmt"
	"strconv"
	"strings"
)

// Annotations returns a line for each finding that needs care, which GitHub Actions shows
// beside the code when a step prints it: ::warning file=…,line=…,title=…::…
func (s Summary) Annotations() string {
	var b strings.Builder
	for _, f := range s.Findings {
		k, _ := kindOf(f.Kind)
		if k.level == info {
			continue
		}
		var properties []string
		if file, line := s.at(f); file != "" {
			properties = append(properties, "file="+inProperty(file), "line="+strconv.Itoa(line))
		}
		properties = append(properties, "title="+inProperty("ginkgo-vcr: "+f.Kind))
		fmt.Fprintf(&b, "::warning %s::%s\n", strings.Join(properties, ","), inMessage(s.message(f)))
	}
	return b.String()
}

// at returns the file and line at which a finding is shown: where the spec is in the
// source, or the cassette.
func (s Summary) at(f Finding) (file string, line int) {
	if n := strings.LastIndexByte(f.Place, ':'); n > 0 {
		if line, err := strconv.Atoi(f.Place[n+1:]); err == nil {
			return f.Place[:n], line
		}
	}
	return s.path(f), max(f.Line, 1)
}

// message returns a finding as one line that stands alone.
func (s Summary) message(f Finding) string {
	k, _ := kindOf(f.Kind)
	words := []string{section{k, []Finding{f}}.heading()}
	for _, text := range []string{s.path(f), f.Text, f.Command} {
		if text != "" {
			words = append(words, text)
		}
	}
	return shown(strings.Join(words, "; "))
}

var (
	messageEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func inMessage(text string) string  { return messageEscapes.Replace(text) }
func inProperty(text string) string { return propertyEscapes.Replace(shown(text)) }
