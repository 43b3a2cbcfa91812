package redaction_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// Redacting twice is redacting once; JSON stays JSON, with the same members of
// the same types; lengths and chunks follow; and nothing panics.
func FuzzInteraction(f *testing.F) {
	secret := tenSecrets()[0].Value
	for contentType, bodies := range innocent() {
		for _, body := range bodies {
			if len(body) < 10_000 {
				f.Add(contentType, "https://h/p?key=a#b", []byte(body))
			}
		}
	}
	for _, body := range []string{
		`{"password":"x","a":"{\"password\":\"y\",\"b\":\"` + secret + `\"}","c":"\u0061?key=1"}`,
		`["https://h/?a=%7B%22password%22:1%7D&sig=x\u0026key=y","/?a=/?key=/?key="]`, `{"a":"` + secret + secret[:9] + `","b":[` + "\x00", `"[redacted:a:2]"`,
	} {
		f.Add(ofJSON, "http://u:"+secret+"@h/"+secret+"?%6bey=%zz&"+secret, []byte(body))
		f.Add(ofSSE, "", []byte("data: "+body+"\n\ndata: "+body+"\n\n"))
		f.Add(ofForm, "", []byte("password=a&b="+body))
		f.Add(boundary, "", []byte("--cut\r\nContent-Disposition: form-data; name=password\r\n\r\n"+body+"\r\n--cut--"))
	}
	f.Fuzz(func(t *testing.T, contentType, address string, body []byte) {
		r := ruled(redaction.Rules{Secrets: tenSecrets, Body: []string{"$..own", "$.a[0]"}})
		i := providers[0].exchange()
		i.Request.URL = address
		received(i, contentType, string(body))
		i.Response.Chunks = []cassette.Chunk{{Size: len(body) / 3}, {Size: len(body) - len(body)/3}}
		i.Request.Body = i.Response.Body
		i.Request.Header["Content-Type"] = []string{contentType}
		r.Key(i.Request)
		r.Interaction(i)
		if bytes.Contains(i.Response.Body.Bytes(), []byte(secret)) {
			t.Errorf("%q has the secret", i.Response.Body)
		}
		sum := 0
		for _, chunk := range i.Response.Chunks {
			sum += chunk.Size
		}
		if sum > i.Response.Body.Len() {
			t.Errorf("chunks of %d bytes in a body of %d", sum, i.Response.Body.Len())
		}
		if contentType == ofJSON && json.Valid(body) {
			if !sameTypes(decode(t, body), decode(t, i.Response.Body.Bytes())) {
				t.Errorf("%q became %q", body, i.Response.Body)
			}
		}
		again := i.Clone()
		r.Interaction(again)
		if again.Response.Body.String() != i.Response.Body.String() || again.Request.URL != i.Request.URL {
			t.Errorf("once   %q %q\nand twice %q %q", i.Request.URL, i.Response.Body, again.Request.URL, again.Response.Body)
		}
	})
}

func decode(t *testing.T, body []byte) (value any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	return value
}

func sameTypes(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		for key, value := range a {
			if other, kept := b[key]; kept && !sameTypes(value, other) { // a key may be a secret, too
				return false
			}
		}
		return ok
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for n := range a {
			if !sameTypes(a[n], b[n]) {
				return false
			}
		}
		return true
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b)
}

// Bodies that would take for ever if anything were read again and again.
func TestHostileBodies(t *testing.T) {
	if raceDetector {
		t.Skip("it takes long with the race detector, and shares nothing between goroutines")
	}
	const size = 100_000
	secret := tenSecrets()[0].Value
	for _, piece := range []string{
		"sk-", "-sk-", "eyJ", "-eyJ", ".eyJ", "://", "a://b:c@", "AccountKey=", "-----BEGIN PRIVATE KEY-----", "?", "/?key=", "/?a=", `\`, `\\\"`, `"`,
		`{"password":"`, `{"a":`, `[`, "[redacted:", "%5Bredacted", secret, secret[:20], `{"a":"` + secret + `"}` + "\n", "data: {\"a\":\"" + secret[:20] + "\"}\n\ndata: {\"a\":\"" + secret[20:] + "\"}\n\n",
		"&key=a", "&code=a", "%25", "A_KEY=", "password=\"", "A_KEY='A_KEY=\"", "Authorization: Bearer ", "curl -H '", "curl -u a:", "a:b@tcp(", "/#token=", "host=a password=", ";password=b",
		"<", "<password", "<password>", "<password><![CDATA[", "<a password=\"", "<input name=\"token\" value='", "password: a\n", "password:", "name: token\nvalue: a\n", "{\"secret\":{", "{\"api_keys\":[\"a\",",
		`{"name":"token","value":"a"},`, `{"input":{`, `{"value":"`, "\xff\xfe<secret>\x80", "password\xff=", "--cut\r\n\r\n", "--cut\r\nContent-Disposition: form-data; name=password\r\n\r\nabc\r\n", "--cut\r\nX-Token: ",
		"\x1b[1;", "\x1b[31mA_KEY=", "'a_key':'", "{'token':'", "{token:  ", `{"token"=>"`, `{'a_key':'\`, "--token ", "--a-key='", "-", "secret: |\n ", "token:\n", "api_keys:\n- ", "machine a login b password ", "<Token><v>",
		"<key>password</key>", "<a token=", "<a key=token value='", "/bot1", "/webhooks/123456789012345678/", "eyJhbGciOiJkaXIiLCJlbmMiOiJ4In0..",
	} {
		for _, contentType := range []string{ofJSON, ofSSE, ofForm, boundary} {
			i := providers[0].exchange()
			received(i, contentType, strings.Repeat(piece, size/len(piece)))
			i.Request.Body = i.Response.Body
			i.Request.URL += "?a=" + strings.Repeat(piece, 10_000/len(piece))
			r := ruled(redaction.Rules{Secrets: tenSecrets, Body: []string{"$..a"}})
			r.Interaction(i)
			r.Key(i.Request)
			if strings.Contains(i.Response.Body.String(), secret) {
				t.Errorf("%q, %s: the secret is there", piece, contentType)
			}
		}
	}
}

// Ten times as much takes about ten times as long, also where everything looks
// like the start of a secret.
func TestHostileBodiesTakeLinearTime(t *testing.T) {
	if raceDetector {
		t.Skip("it takes long with the race detector, and shares nothing between goroutines")
	}
	for _, contentType := range []string{ofJSON, "text/plain", "text/xml", ofForm, ofSSE} {
		for _, piece := range []string{
			"<password><![CDATA[", "<a password='", "<secret", "A_KEY=\"", "A_KEY=aB3", "code=a&", "state=a&", `{"secret":{`, `{"input":[`, "\"password\":", `"\"`, "curl -H 'x-api-key: ", "Authorization: Bearer a",
			"password: a", "https://h/?a#token=", "key key_", "name: token\n", "a:b@tcp(", "aB3dE", "passwor\xffd=",
			"\x1b[1;", "\x1b[31mA_KEY=", "'a_key':'", "{'token':'", "{token:  ", `{"token"=>"`, `{'a_key':'\`, "--token ", "--a-key='", "-", "secret: |\n ", "token:\n", "api_keys:\n- ", "machine a login b password ", "<Token><v>",
			"<key>password</key>", "<a token=", "<a key=token value='", "/bot1", "/webhooks/123456789012345678/", "eyJhbGciOiJkaXIiLCJlbmMiOiJ4In0..",
		} {
			took := func(size int) time.Duration {
				i := providers[0].exchange()
				received(i, contentType, strings.Repeat(piece, size/len(piece)))
				r := redactor(nil)
				start := time.Now()
				r.Interaction(i)
				return time.Since(start)
			}
			const size, times = 30_000, 10
			few, many := time.Hour, time.Hour
			for range 5 { // other processes may be in the way
				few, many = min(few, took(size)), min(many, took(times*size))
				if many < 4*times*max(few, 300*time.Microsecond) {
					break
				}
			}
			if many > 6*times*max(few, 300*time.Microsecond) {
				t.Errorf("%s, %q: %v for %d bytes, and %v for %d", contentType, piece, few, size, many, times*size)
			}
		}
	}
}
