package recorder_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A place is where a secret is put. Put returns what to look for, nil for the
// secret as a whole.
type place struct {
	name  string
	named bool // what stands there is known to be secret by its name
	signs bool // the secret has signs that are escaped there
	alone bool // nothing but its look tells
	put   func(e *scene, secret string) []string
}

const (
	ofJSON = "application/json"
	ofForm = "application/x-www-form-urlencoded"
	ofPart = "multipart/form-data; boundary=cut"
	ofSSE  = "text/event-stream"
	ofNDJ  = "application/x-ndjson"
	ofText = "text/plain"
	binary = "application/octet-stream"
)

// at is a place where the secret stands as a whole.
func at(name string, named, signs bool, put func(e *scene, secret string)) place {
	return place{name: name, named: named, signs: signs, put: func(e *scene, secret string) []string { put(e, secret); return nil }}
}

// inRequest is a place in the body of a request.
func inRequest(name string, named, signs bool, contentType, format string, encode func(string) string) place {
	return at(name, named, signs, func(e *scene, secret string) {
		e.header["Content-Type"], e.body = []string{contentType}, fmt.Sprintf(format, encode(secret))
	})
}

// inAnswer is a place in the body of a response.
func inAnswer(name string, named, signs bool, contentType, format string, encode func(string) string) place {
	return at(name, named, signs, func(e *scene, secret string) {
		e.answer.header["Content-Type"], e.answer.parts = []string{contentType}, []string{fmt.Sprintf(format, encode(secret))}
	})
}

// halved is a place in a stream that cuts the secret in two.
func halved(name, contentType, first, second string) place {
	return place{name: name, put: func(e *scene, secret string) []string {
		half := len(secret) / 2
		e.answer.header["Content-Type"] = []string{contentType}
		e.answer.parts = []string{fmt.Sprintf(first, "it is "+secret[:half]), fmt.Sprintf(second, secret[half:]+" indeed")}
		return []string{secret[:half], secret[half:]}
	}}
}

func basic(credentials string) []string {
	return []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))}
}

func withQuery(e *scene, parameter string) {
	sign := "?"
	if strings.Contains(e.url, "?") {
		sign = "&"
	}
	e.url += sign + parameter
}

func plain(text string) string { return text }

func quote(text string) string {
	b, _ := json.Marshal(text) // a string always has a JSON form
	return string(b)
}

// nested is JSON in a string of JSON.
func nested(format string) func(string) string {
	return func(secret string) string { return quote(fmt.Sprintf(format, quote(secret))) }
}

func base64At(before int, encoding *base64.Encoding) func(string) string {
	return func(text string) string { return encoding.EncodeToString([]byte("abc"[:before] + text + "z")) }
}

func hexOf(text string) string { return hex.EncodeToString([]byte(text)) }

const (
	partNamed = "--cut\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%s\r\n--cut--\r\n"
	partOwn   = "--cut\r\nContent-Disposition: form-data; name=\"mine\"\r\n\r\n%s\r\n--cut--\r\n"
	partFile  = "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\x00%s\xff\r\n--cut--\r\n"
	partJSON  = "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n{\"password\":%s}\r\n--cut--\r\n"
)

var places = []place{
	at("header by name", true, false, func(e *scene, s string) { e.header["X-Api-Key"] = []string{s} }),
	at("own header", false, false, func(e *scene, s string) { e.header["X-Own"] = []string{"my " + s} }),
	at("cookie", true, false, func(e *scene, s string) { e.header["Cookie"] = []string{"a=b; session=" + s} }),
	at("query by name", true, true, func(e *scene, s string) { withQuery(e, "access_token="+url.QueryEscape(s)) }),
	at("own query", false, true, func(e *scene, s string) { withQuery(e, "mine="+url.QueryEscape(s)) }),
	at("path", false, false, func(e *scene, s string) { e.url = "https://h/bot" + s + "/send" }),
	at("escaped path", false, true, func(e *scene, s string) { e.url = "https://h/" + url.PathEscape(s) }),
	inRequest("field by name", true, true, ofJSON, `{"a":[{"b":{"client_secret":%s}}]}`, quote),
	inRequest("own field", false, true, ofJSON, `{"note":{"text":%s}}`, quote),
	inRequest("JSON in a string, by name", true, true, ofJSON, `{"arguments":%s}`, nested(`{"password": %s}`)),
	inRequest("JSON in a string", false, true, ofJSON, `{"arguments":%s}`, nested(`{"note": %s}`)),
	inRequest("form by name", true, true, ofForm, "a=b&api_key=%s&c=d", url.QueryEscape),
	inRequest("own field of a form", false, true, ofForm, "a=b&mine=%s&c=d", url.QueryEscape),
	inRequest("multipart by name", true, true, ofPart, partNamed, plain),
	inRequest("own multipart field", false, true, ofPart, partOwn, plain),
	inRequest("multipart file", false, false, ofPart, partFile, plain),
	inRequest("multipart JSON", true, true, ofPart, partJSON, quote),
	inRequest("line of a batch", true, true, ofNDJ, "{\"a\":1}\n{\"password\":%s}\n", quote),
	inRequest("text", false, true, ofText, "tell me about %s", plain),
	inRequest("binary", false, true, binary, "\x00\x01%s\xff", plain),
	at("compressed request", false, true, func(e *scene, s string) {
		e.header["Content-Encoding"], e.body = []string{"gzip"}, gzipped(`{"note":`+quote(s)+`}`)
	}),
	inRequest("base64", false, false, ofJSON, `{"data":"%s"}`, base64At(0, base64.StdEncoding)),
	inRequest("base64, one byte later", false, false, ofJSON, `{"data":"%s"}`, base64At(1, base64.StdEncoding)),
	inRequest("base64, two bytes later", false, false, ofJSON, `{"data":"%s"}`, base64At(2, base64.StdEncoding)),
	inRequest("base64 for URLs", false, true, ofJSON, `{"data":"%s"}`, base64At(1, base64.RawURLEncoding)),
	inRequest("hex", false, false, ofJSON, `{"data":"%s"}`, hexOf),
	inRequest("HEX", false, false, ofJSON, `{"data":"%s"}`, func(s string) string { return strings.ToUpper(hexOf(s)) }),
	at("password of Basic, and its echo", true, false, func(e *scene, s string) {
		e.header["Authorization"], e.answer.parts = basic("me:"+s), []string{`{"user":"me:` + s + `"}`}
	}),
	at("user of Basic, and its echo", true, false, func(e *scene, s string) {
		e.header["Authorization"], e.answer.parts = basic(s+":"), []string{`{"key":"` + s + `"}`}
	}),
	at("response header by name", true, false, func(e *scene, s string) { e.answer.header["X-Auth-Token"] = []string{s} }),
	at("own response header", false, false, func(e *scene, s string) { e.answer.header["X-Echo"] = []string{"of " + s} }),
	at("set-cookie", true, false, func(e *scene, s string) { e.answer.header["Set-Cookie"] = []string{"session=" + s + "; Path=/"} }),
	at("query of a location", true, true, func(e *scene, s string) {
		e.answer.header["Location"] = []string{"/next?client_secret=" + url.QueryEscape(s)}
	}),
	at("path of a location", false, false, func(e *scene, s string) { e.answer.header["Location"] = []string{"/next/" + s} }),
	inAnswer("echo", false, true, ofText, "you said %s", plain),
	inAnswer("echo in an error", false, true, ofJSON, `{"error":{"message":%s}}`, quote),
	inAnswer("token", true, true, ofJSON, `{"access_token":%s,"expires_in":3600}`, quote),
	inAnswer("signed URL", true, false, ofJSON, `{"url":"https://h/f?a=b\u0026sig=%s"}`, plain),
	inAnswer("event by name", true, true, ofSSE, "event: a\ndata: {\"id_token\":%s}\n\n", quote),
	inAnswer("event", false, true, ofSSE, "data: {\"delta\":%s}\n\ndata: [DONE]\n\n", quote),
	halved("deltas of OpenAI", ofSSE, "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\ndata: [DONE]\n\n"),
	halved("deltas of Anthropic", ofSSE, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n",
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n"),
	halved("arguments of a tool", ofSSE, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"k\\\":\\\"%s\"}}]}}]}\n\n",
		"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\\\"}\"}}]}}]}\n\n"),
	halved("lines of Ollama", ofNDJ, "{\"message\":{\"content\":\"%s\"},\"done\":false}\n", "{\"message\":{\"content\":\"%s\"},\"done\":true}\n"),
	inAnswer("line by name", true, true, ofNDJ, "{\"a\":1}\n{\"password\":%s}\n", quote),
	at("cut by two chunks", false, false, func(e *scene, s string) {
		e.answer.header["Content-Type"], e.answer.parts = []string{ofText}, []string{"it is " + s[:9], s[9:] + " indeed"}
	}),
	at("compressed response", false, true, func(e *scene, s string) {
		e.answer.header["Content-Encoding"], e.answer.parts = []string{"gzip"}, []string{gzipped(`{"note":` + quote(s) + `}`)}
	}),
	at("body that breaks off", false, false, func(e *scene, s string) { e.answer.parts, e.answer.breaksOff = []string{`{"note":"` + s}, true }),
	at("trailer", false, false, func(e *scene, s string) { e.answer.trailer = http.Header{"X-End": {s}} }),
	at("error", false, false, func(e *scene, s string) { e.answer.failure = "the proxy refused " + s }),
	{name: "text, by its look alone", alone: true, put: func(e *scene, s string) []string { e.body = `{"note":"use ` + s + `"}`; return nil }},
	{name: "answer, by its look alone", alone: true, put: func(e *scene, s string) []string {
		e.answer.parts = []string{`{"note":"use ` + s + `"}`}
		return nil
	}},
}
