package redaction_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A limit is a place or a coding, and what is caught in it. The manual shows the same.
type limit struct {
	place string
	// put puts a secret there, under a name. A coding is that of the secret in a text.
	put  func(i *cassette.Interaction, name, secret string)
	code func(secret string) string
	// Whether a secret is replaced there because of its name, because its value is known,
	// and because it has a known format.
	byName, byValue, byFormat string
}

const (
	yes = "yes"
	no  = "no"
	// ifDrawn stands for values that are replaced only if they are drawn at random.
	ifDrawn = "if drawn"
	// noName is for places that have no names, and codings.
	noName = "-"
)

var limitsOfPlaces = []limit{
	{place: "headers, trailers", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		i.Response.Trailer = map[string][]string{name: {s}}
		i.Request.Header[name] = []string{s}
	}},
	{place: "the query of a URL, also in Location and the like", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		i.Request.URL = "https://h/?a=b&" + name + "=" + s
		i.Response.Header["Location"] = []string{"/c?" + name + "=" + s + "&d=e"}
	}},
	{place: "the path of a URL", byName: noName, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) { i.Request.URL = "https://h/bot" + "/" + s + "/me" }},
	{place: "cookies", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		i.Request.Header["Cookie"] = []string{"a=" + s}
		i.Response.Header["Set-Cookie"] = []string{"a=" + s + "; Path=/"}
	}},
	{place: "forms, fields of multipart", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		sent(ofForm, "a=b&%s=%s", name, s)(i)
		received(i, boundary, "--cut\r\nContent-Disposition: form-data; name=\""+name+"\"\r\n\r\n"+s+"\r\n--cut--\r\n")
	}},
	{place: "fields of JSON, elements of XML", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		sent(ofJSON, `{"a":[{%q:%q}]}`, name, s)(i)
		received(i, "text/xml", "<a><"+name+">"+s+"</"+name+"></a>")
	}},
	{place: "lines such as API_KEY=… and api_key: … in text", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		received(i, "text/plain", "HOME=/home/me\nexport MY_"+strings.ToUpper(name)+"="+s+"\n")
		sent("text/yaml", "a:\n  %s: %s\n", name, s)(i)
	}},
	{place: "content: prompts, messages, arguments of tools", byName: no, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		sent(ofJSON, `{"messages":[{"content":"hi","tool_calls":[{"arguments":{%q:%q}}]}]}`, name, s)(i)
	}},
	{place: "JSON inside a string of JSON", byName: no, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		sent(ofJSON, `{"note":%s}`, quote(fmt.Sprintf(`{%q:%q}`, name, s)))(i)
	}},
	{place: "objects of Python, Ruby, JavaScript; blocks of YAML", byName: yes, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		received(i, "text/plain", fmt.Sprintf("{'%s': '%s', :%s => '%s'}", name, s, name, s))
		sent("text/yaml", "%s: >-\n  %s\n", name, s)(i)
	}},
	{place: "links, commands and X_TOKEN=… inside a string of JSON", byName: ifDrawn, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, name, s string) {
		sent(ofJSON, `{"note":%s}`, quote("see https://h/?"+name+"="+s+" or\nexport X_"+strings.ToUpper(name)+"="+s))(i)
	}},
	{place: "text that the events of a stream cut", byName: noName, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		const event = "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n"
		received(i, ofSSE, fmt.Sprintf(event, "it is "+s[:9])+fmt.Sprintf(event, s[9:]+" indeed"))
	}},
	{place: "bodies of any other type, files of multipart", byName: noName, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		received(i, "application/octet-stream", "\x00\x01"+s+"\xff")
		sent(boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\x00%s\xff\r\n--cut--\r\n", s)(i)
	}},
	{place: "errors of the transport", byName: noName, byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		i.Error = &cassette.TransportError{Message: "the proxy refused " + s}
	}},
	{place: "values of under 8 bytes", byName: yes, byValue: no, byFormat: noName},
}

var limitsOfCodings = []limit{
	{place: "gzip, deflate, br or zstd, as Content-Encoding says", byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		received(i, ofJSON, string(deflated(`{"note":"`+s+`"}`, -1)))
		i.Response.Header["Content-Encoding"] = []string{"gzip"}
	}},
	{place: "frames of an event stream of AWS, with base64 in them", byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		half := len(s) / 2
		received(i, ofEvents, string(frame(`{"text":"`+s[:half]+`"}`))+string(frame(`{"text":"`+s[half:]+`"}`))+
			string(frame(`{"bytes":"`+base64.StdEncoding.EncodeToString([]byte(`{"text":"`+s+`"}`))+`"}`)))
	}},
	{place: "percent-encoding in a URL or form, of every byte too", byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		i.Request.URL = "https://h/" + lowerPercent(s) + "?a=" + lowerPercent(s)
		sent(ofForm, "a=%s", lowerPercent(s))(i)
	}},
	{place: "percent-encoding elsewhere, where it is needed", byValue: yes, byFormat: yes, code: url.QueryEscape},
	{place: "escapes of JSON, of every character too", byValue: yes, byFormat: yes, put: func(i *cassette.Interaction, _, s string) {
		sent(ofJSON, `{"note":"%s"}`, unicodeEscaped(s))(i)
	}},
	{place: "base64, also for URLs, with anything around it", byValue: yes, byFormat: no, code: encodedAt(1, base64.StdEncoding)},
	{place: "hexadecimal", byValue: yes, byFormat: no, code: func(s string) string { return hex.EncodeToString([]byte(s)) }},
	{place: "base64 in lines, as PEM and mail have it", byValue: no, byFormat: no, code: func(s string) string {
		encoded := base64.StdEncoding.EncodeToString([]byte(s))
		return encoded[:15] + "\n" + encoded[15:]
	}},
	{place: "percent-encoding elsewhere, of every byte", byValue: no, byFormat: no, code: lowerPercent},
	{place: "UTF-16", byValue: no, byFormat: no, code: func(s string) string {
		var b []byte
		for _, unit := range utf16.Encode([]rune(s)) {
			b = binary.LittleEndian.AppendUint16(b, unit)
		}
		return string(b)
	}},
	{place: "entities of HTML for every character", byValue: no, byFormat: no, code: func(s string) string {
		var b strings.Builder
		for _, c := range s {
			fmt.Fprintf(&b, "&#%d;", c)
		}
		return b.String()
	}},
	{place: "gzip that no Content-Encoding tells, ZIP", byValue: no, byFormat: no, put: func(i *cassette.Interaction, _, s string) {
		received(i, "application/gzip", string(deflated(s, -1)))
		var b bytes.Buffer
		archive := zip.NewWriter(&b)
		file, _ := archive.Create("a")
		_, _ = file.Write([]byte(s))
		_ = archive.Close()
		i.Request.Body = cassette.NewBody(b.Bytes())
	}},
}

// The manual says where a secret is caught and where not, and this proves it.
func TestLimits(t *testing.T) {
	key := keyOf(48, alphanumeric, "sk", "-proj-")(newRand())
	token := drawn(newRand(), 24, alphanumeric)
	var tables strings.Builder
	check := func(l limit, kind, want, name, secret string, rules redaction.Rules) string {
		if want == noName || want == "" {
			return noName
		}
		i := providers[0].exchange()
		if l.code != nil {
			received(i, "text/plain", "it is "+l.code(secret))
		} else {
			l.put(i, name, secret)
		}
		if !holds(i, l, secret) {
			t.Errorf("%s, by %s: it is not where it was put", l.place, kind)
		}
		r := ruled(rules)
		r.Interaction(i)
		tape := []*cassette.Interaction{i}
		r.Finish(tape)
		caught := !holds(tape[0], l, secret)
		if caught != (want == yes) {
			t.Errorf("%s, by %s: caught %v, want %s", l.place, kind, caught, want)
		}
		return want
	}
	known := redaction.Rules{Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "mine", Value: token}} }}
	fmt.Fprintf(&tables, "//\t%-54s  %-8s  %-5s  %s\n", "place", "name", "value", "format")
	for _, l := range limitsOfPlaces {
		if l.put == nil { // short
			l.put = limitsOfPlaces[0].put
			check(l, "name", l.byName, "X-Api-Key", "q7zt3", redaction.Rules{})
			check(l, "value", l.byValue, "X-Own", "q7zt3", redaction.Rules{Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "mine", Value: "q7zt3"}} }})
		} else {
			byName := l.byName
			if byName == ifDrawn {
				check(l, "name", no, "password", "correct-horse", redaction.Rules{})
				byName = yes
			}
			check(l, "name", byName, "password", token, redaction.Rules{})
			check(l, "value", l.byValue, "mine", token, known)
			check(l, "format", l.byFormat, "mine", key, redaction.Rules{})
		}
		fmt.Fprintf(&tables, "//\t%-54s  %-8s  %-5s  %s\n", l.place, l.byName, l.byValue, l.byFormat)
	}
	places := tables.String()
	tables.Reset()
	fmt.Fprintf(&tables, "//\t%-54s  %-5s  %s\n", "coding", "value", "format")
	for _, l := range limitsOfCodings {
		check(l, "value", l.byValue, "mine", token+"/+ "+token, redaction.Rules{Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "mine", Value: token + "/+ " + token}} }})
		check(l, "format", l.byFormat, "mine", key, redaction.Rules{})
		fmt.Fprintf(&tables, "//\t%-54s  %-5s  %s\n", l.place, l.byValue, l.byFormat)
	}
	manual, err := os.ReadFile("../../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{places, tables.String()} {
		if !strings.Contains(string(manual), table) {
			t.Errorf("vcr/doc.go does not hold this table:\n%s", table)
		}
	}
}

// holds reports whether an interaction holds a secret, in the coding of a limit too.
func holds(i *cassette.Interaction, l limit, secret string) bool {
	var texts []string
	message := ""
	if i.Error != nil {
		message = i.Error.Message
	}
	unescaped, _ := url.PathUnescape(i.Request.URL)
	texts = append(texts, fmt.Sprint(i.Request.URL, unescaped, i.Request.Header, i.Response.Header, i.Response.Trailer, message))
	for _, body := range []cassette.Body{i.Request.Body, i.Response.Body} {
		text := body.String()
		if decoded, err := url.QueryUnescape(text); err == nil {
			text += decoded
		}
		var document struct{ Note string }
		if json.Unmarshal(body.Bytes(), &document) == nil {
			text += document.Note
		}
		if z, err := gzip.NewReader(bytes.NewReader(body.Bytes())); err == nil {
			var plain bytes.Buffer
			_, _ = plain.ReadFrom(z)
			text += plain.String()
		}
		if archive, err := zip.NewReader(bytes.NewReader(body.Bytes()), int64(body.Len())); err == nil {
			file, _ := archive.Open("a")
			var plain bytes.Buffer
			_, _ = plain.ReadFrom(file)
			text += plain.String()
		}
		texts = append(texts, text, html.UnescapeString(text))
	}
	needles := []string{secret}
	if l.code != nil {
		needles = append(needles, l.code(secret))
	}
	if strings.Contains(l.place, "stream") {
		needles = append(needles, secret[:9], secret[9:])
	}
	for _, text := range texts {
		for _, needle := range needles {
			if strings.Contains(text, needle) {
				return true
			}
		}
	}
	return false
}
