package redaction_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A place is where a secret is put. Put returns what to look for, nil for the
// secret in all its forms.
type place struct {
	name  string
	named bool // what stands there is known to be secret by its name
	signs bool // the secret has signs that are escaped there
	put   func(i *cassette.Interaction, secret string) []string
}

const boundary = "multipart/form-data; boundary=cut"

func quote(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

func sent(contentType, format string, args ...any) func(*cassette.Interaction) {
	return func(i *cassette.Interaction) {
		i.Request.Header["Content-Type"] = []string{contentType}
		i.Request.Body = cassette.NewBody(fmt.Appendf(nil, format, args...))
	}
}

func received(i *cassette.Interaction, contentType, body string) {
	i.Response.Header["Content-Type"] = []string{contentType}
	i.Response.Body = cassette.NewBody([]byte(body))
}

// simple is a place into which a secret is put as it is.
func simple(name string, named, signs bool, put func(i *cassette.Interaction, secret string)) place {
	return place{name, named, signs, func(i *cassette.Interaction, secret string) []string { put(i, secret); return nil }}
}

// body is a place in the body of a request.
func body(name string, named, signs bool, contentType, format string, encode func(string) string) place {
	return simple(name, named, signs, func(i *cassette.Interaction, secret string) { sent(contentType, format, encode(secret))(i) })
}

// answer is a place in the body of a response.
func answer(name string, named, signs bool, contentType, format string, encode func(string) string) place {
	return simple(name, named, signs, func(i *cassette.Interaction, secret string) {
		received(i, contentType, fmt.Sprintf(format, encode(secret)))
	})
}

// halves is a place in a stream that cuts the secret in two.
func halves(name, contentType, format string) place {
	return place{name: name, put: func(i *cassette.Interaction, secret string) []string {
		cut := len(secret) / 2
		received(i, contentType, fmt.Sprintf(format, "it is "+secret[:cut], secret[cut:]+" indeed"))
		return []string{secret[:cut], secret[cut:]}
	}}
}

func withQuery(i *cassette.Interaction, parameter string) string {
	if strings.Contains(i.Request.URL, "?") {
		return i.Request.URL + "&" + parameter
	}
	return i.Request.URL + "?" + parameter
}

func plain(text string) string { return text }

func encodedAt(before int, encoding *base64.Encoding) func(string) string {
	return func(text string) string { return encoding.EncodeToString([]byte("abc"[:before] + text + "z")) }
}

func unicodeEscaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

func lowerPercent(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

const (
	ofJSON = "application/json"
	ofForm = "application/x-www-form-urlencoded"
	ofSSE  = "text/event-stream"
	ofNDJ  = "application/x-ndjson"
)

var places = []place{
	simple("header by name", true, false, func(i *cassette.Interaction, s string) { i.Request.Header["X-Api-Key"] = []string{s} }),
	simple("own header", false, false, func(i *cassette.Interaction, s string) { i.Request.Header["X-Own"] = []string{"my " + s} }),
	simple("cookie", true, false, func(i *cassette.Interaction, s string) { i.Request.Header["cookie"] = []string{"a=b; session=" + s} }),
	simple("query by name", true, true, func(i *cassette.Interaction, s string) {
		i.Request.URL = withQuery(i, "access_token=") + url.QueryEscape(s)
	}),
	simple("own query", false, true, func(i *cassette.Interaction, s string) { i.Request.URL = withQuery(i, "mine=") + url.QueryEscape(s) }),
	simple("own query, in its own way", false, false, func(i *cassette.Interaction, s string) { i.Request.URL = withQuery(i, "mine=") + lowerPercent(s) }),
	simple("path", false, false, func(i *cassette.Interaction, s string) { i.Request.URL = "https://h/bot" + s + "/send" }),
	simple("escaped path", false, true, func(i *cassette.Interaction, s string) { i.Request.URL = "https://h/" + url.PathEscape(s) }),
	body("field by name", true, true, ofJSON, `{"a":[{"b":{"client_secret":%s}}]}`, quote),
	body("own field", false, true, ofJSON, `{"note":{"text":%s}}`, func(s string) string { return quote("it is " + s) }),
	body("JSON in a string", false, true, ofJSON, `{"arguments":%s}`, func(s string) string { return quote(`{"password": ` + quote(s) + `}`) }),
	body("JSON in a string in a string", false, true, ofJSON, `[%s]`, func(s string) string { return quote(`{"a":` + quote(`{"password": `+quote(s)+`}`) + `}`) }),
	body("own field, deep in strings", false, true, ofJSON, `[%s]`, func(s string) string { return quote(`{"a":` + quote(`{"b": `+quote(s)+`}`) + `}`) }),
	body("all escapes", false, false, ofJSON, `{"note":"%s"}`, unicodeEscaped),
	body("form by name", true, true, ofForm, "a=b&api_key=%s&c=d", url.QueryEscape),
	body("own field of a form", false, true, ofForm, "a=b&mine=%s&c=d", url.QueryEscape),
	body("JSON in a form", true, true, ofForm, "a=%s", func(s string) string { return url.QueryEscape(`{"password":` + quote(s) + `}`) }),
	body("multipart by name", true, true, boundary, "--cut\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%s\r\n--cut--\r\n", plain),
	body("own multipart field", false, true, boundary, "--cut\r\nContent-Disposition: form-data; name=\"mine\"\r\n\r\n%s\r\n--cut--\r\n", plain),
	body("multipart JSON", true, true, boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n{\"password\":%s}\r\n--cut--\r\n", quote),
	body("multipart file", false, false, boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\x00%s\xff\r\n--cut--\r\n", plain),
	body("a body of its own type", false, true, "application/octet-stream", "\x00\x01%s\xff", plain),
	simple("response header by name", true, false, func(i *cassette.Interaction, s string) { i.Response.Header["X-Api-Key"] = []string{s} }),
	simple("own response header", false, false, func(i *cassette.Interaction, s string) { i.Response.Header["X-Echo"] = []string{s} }),
	simple("location by name", true, true, func(i *cassette.Interaction, s string) {
		i.Response.Header["Location"] = []string{"/next?client_secret=" + url.QueryEscape(s)}
	}),
	simple("own location", false, false, func(i *cassette.Interaction, s string) { i.Response.Header["Location"] = []string{"/next/" + s} }),
	simple("set-cookie", true, false, func(i *cassette.Interaction, s string) {
		i.Response.Header["Set-Cookie"] = []string{"session=" + s + "; Path=/; HttpOnly"}
	}),
	answer("echo", false, true, "text/plain", "you said %s", plain),
	answer("echo in JSON", false, true, ofJSON, `{"error":{"message":%s}}`, quote),
	answer("URL in JSON", true, false, ofJSON, `{"url":"https://h/f?a=b\u0026sig=%s"}`, plain),
	answer("event by name", true, true, ofSSE, "event: a\ndata: {\"id_token\":%s}\n\n", quote),
	answer("own event", false, true, ofSSE, "data: {\"delta\":%s}\n\ndata: [DONE]\n\n", quote),
	halves("events of OpenAI", ofSSE, "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n"),
	halves("events of Anthropic", ofSSE, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n"),
	halves("arguments of a tool", ofSSE, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"k\\\":\\\"%s\"}}]}}]}\n\ndata: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\\\"}\"}}]}}]}\n\n"),
	halves("lines of Ollama", ofNDJ, "{\"message\":{\"content\":\"%s\"},\"done\":false}\n{\"message\":{\"content\":\"%s\"},\"done\":false}\n{\"done\":true}\n"),
	answer("line by name", true, true, ofNDJ, "{\"a\":1}\n{\"password\":%s}\n", quote),
	body("base64", false, false, ofJSON, `{"data":"%s"}`, encodedAt(0, base64.StdEncoding)),
	body("base64, one byte later", false, false, ofJSON, `{"data":"%s"}`, encodedAt(1, base64.StdEncoding)),
	body("base64, two bytes later", false, false, ofJSON, `{"data":"%s"}`, encodedAt(2, base64.StdEncoding)),
	body("base64 for URLs", false, true, ofJSON, `{"data":"%s"}`, encodedAt(1, base64.RawURLEncoding)),
	body("hex", false, false, ofJSON, `{"data":"%s"}`, func(s string) string { return hex.EncodeToString([]byte(s)) }),
	body("HEX", false, false, ofJSON, `{"data":"%s"}`, func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }),
	simple("password of Basic", true, false, func(i *cassette.Interaction, s string) {
		i.Request.Header["Authorization"] = []string{"Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+s))}
		i.Response.Header["X-Echo"] = []string{"me:" + s}
	}),
	simple("user of Basic", true, false, func(i *cassette.Interaction, s string) {
		i.Request.Header["Authorization"] = []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(s+":"))}
		i.Response.Header["X-Echo"] = []string{"your key " + s}
	}),
	simple("trailer", false, false, func(i *cassette.Interaction, s string) { i.Response.Trailer["X-End"] = []string{s} }),
	simple("transport error", false, false, func(i *cassette.Interaction, s string) {
		i.Error = cassette.NewTransportError(&net.OpError{Op: "dial", Addr: &net.UnixAddr{Name: s}, Err: errors.New("refused")}, false)
		i.Response = cassette.Response{}
	}),
	simple("compressed", true, false, func(i *cassette.Interaction, s string) {
		received(i, ofJSON, string(deflated(`{"password":"`+s+`"} and `+s, -1)))
		i.Response.Header["Content-Encoding"] = []string{"gzip"}
	}),
	simple("two chunks", false, false, func(i *cassette.Interaction, s string) {
		received(i, "text/plain", "it is "+s+" indeed")
		i.Response.Chunks = []cassette.Chunk{{Size: 10}, {Size: len(s)}}
	}),
}
