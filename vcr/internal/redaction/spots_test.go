package redaction_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"html"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A spot is a place of the matrix.
type spot struct {
	name    string
	says    spotNames
	oneLine bool // a text with line breaks cannot be there
	// put returns what to look for, nil for the secret in all its forms.
	put func(i *cassette.Interaction, p plantedText) []string
}

// A plantedText is a secret with what is written around it.
type plantedText struct{ text, secret string }

// halves cuts the text in the middle of the secret.
func (p plantedText) halves() (first, second string) {
	cut := strings.Index(p.text, p.secret) + len(p.secret)/2
	return p.text[:cut], p.text[cut:]
}

// spotNames say what the names in a place tell of the value there.
type spotNames int

const (
	secretName spotNames = iota // the name is that of a secret
	drawnName                   // the name is that of a secret, if the value is drawn
	ownName                     // the name says nothing
	saidThere                   // a model or a person said it
	written                     // a text says what it is
	coded                       // the value is written in another way
	unread                      // it is written in a way that is not read
)

// why tells why a secret stays in such a place, or is only found if it is known.
func (n spotNames) why() string {
	return [...]string{
		secretName: "-",
		drawnName:  "the name is also that of other things: drawn values only",
		ownName:    "the name says nothing",
		saidThere:  "names do not decide in what a model or a person said",
		written:    "in a text, only what looks like a credential",
		coded:      "what is coded is only found if it is known",
		unread:     "this is not read, on purpose",
	}[n]
}

type encoder func(text string) string

func noEscape(text string) string { return text }

func inJSON(text string) string { return escaped(text) }

// twice is JSON in a string of JSON.
func twice(text string) string { return escaped(escaped(text)) }

// inYAML quotes what YAML would read in another way.
func inYAML(text string) string {
	if strings.ContainsAny(text, " :#\"'{}[],&*?|<>=!%@`\\") {
		return quote(text)
	}
	return text
}

func spelledOut(text string) string { return strings.ToUpper(lowerPercent(text)) }

func asked(name string, says spotNames, contentType, format string, encode encoder) spot {
	return spot{name, says, false, func(i *cassette.Interaction, p plantedText) []string {
		sent(contentType, strings.ReplaceAll(format, "%s", "%[1]s"), encode(p.text))(i)
		return nil
	}}
}

func answered(name string, says spotNames, contentType, format string, encode encoder) spot {
	return spot{name, says, false, func(i *cassette.Interaction, p plantedText) []string {
		received(i, contentType, fmt.Sprintf(strings.ReplaceAll(format, "%s", "%[1]s"), encode(p.text)))
		return nil
	}}
}

func (s spot) line() spot {
	s.oneLine = true
	return s
}

// inTwo is a stream that cuts a secret in two.
func inTwo(name string, says spotNames, contentType, format string, encode encoder) spot {
	return spot{name, says, false, func(i *cassette.Interaction, p plantedText) []string {
		first, second := p.halves()
		received(i, contentType, fmt.Sprintf(format, encode("it is "+first), encode(second+" indeed")))
		return p.needles(first, second)
	}}
}

// needles are the parts of the secret in both halves.
func (p plantedText) needles(first, second string) []string {
	return []string{inJSON(first[strings.Index(p.text, p.secret):]), inJSON(second[:len(p.secret)-len(p.secret)/2])}
}

func requestHeader(name, format string, says spotNames) spot {
	return spot{"request header " + name + ": " + format, says, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.Header[name] = []string{fmt.Sprintf(format, p.text)}
		return nil
	}}
}

func responseHeader(name, format string, says spotNames, encode encoder) spot {
	return spot{"response header " + name + ": " + format, says, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Response.Header[name] = []string{fmt.Sprintf(format, encode(p.text))}
		return nil
	}}
}

func requestURL(format string, says spotNames, encode encoder) spot {
	return spot{"URL " + strings.ReplaceAll(format, "%%", "%"), says, false, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.URL = fmt.Sprintf("https://api.example.com"+format, encode(p.text))
		return nil
	}}
}

// jsonField is a field of a request, or of an answer.
func jsonField(format string, says spotNames) spot {
	return asked("JSON "+format, says, ofJSON, format, inJSON)
}

func basicOf(p plantedText, format string) string {
	return "Basic " + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, format, p.text))
}

// frame is a message of an AWS event stream.
func frame(payload string) []byte {
	name := ":content-type"
	header := append([]byte{byte(len(name))}, name...)
	header = append(header, 7, 0, byte(len(ofJSON)))
	header = append(header, ofJSON...)
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(header)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(header)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, header...), payload...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

const ofEvents = "application/vnd.amazon.eventstream"

func eventStream(name string, says spotNames, payloads func(p plantedText) (payloads, needles []string)) spot {
	return spot{name, says, false, func(i *cassette.Interaction, p plantedText) []string {
		payloads, needles := payloads(p)
		var body []byte
		for _, payload := range payloads {
			body = append(body, frame(payload)...)
		}
		received(i, ofEvents, string(body))
		return needles
	}}
}

var spots = []spot{
	requestHeader("Authorization", "Bearer %s", secretName),
	requestHeader("Authorization", "%s", secretName),
	requestHeader("authorization", "token %s", secretName),
	requestHeader("Proxy-Authorization", "Bearer %s", secretName),
	requestHeader("X-Api-Key", "%s", secretName),
	requestHeader("Xi-Api-Key", "%s", secretName),
	requestHeader("Ocp-Apim-Subscription-Key", "%s", secretName),
	requestHeader("X-Subscription-Token", "%s", secretName),
	requestHeader("Dd-Application-Key", "%s", secretName),
	requestHeader("PRIVATE-TOKEN", "%s", secretName),
	requestHeader("X-Vault-Token", "%s", secretName),
	requestHeader("Helicone-Auth", "Bearer %s", secretName),
	requestHeader("Cf-Aig-Authorization", "Bearer %s", secretName),
	requestHeader("X-Portkey-Api-Key", "%s", secretName),
	requestHeader("X-Rapidapi-Key", "%s", secretName),
	requestHeader("Apikey", "%s", secretName),
	requestHeader("X-Client-Secret", "%s", secretName),
	requestHeader("X-Csrf-Token", "%s", secretName),
	requestHeader("x-my-own-token", "%s", secretName),
	requestHeader("X-Honeycomb-Team", "%s", secretName),
	requestHeader("X-Amz-Security-Token", "%s", secretName),
	requestHeader("Cookie", "lang=en; session=%s; theme=dark", secretName),
	requestHeader("X-Own", "Bearer %s", written),
	requestHeader("X-Key", "%s", drawnName),
	requestHeader("Fastly-Key", "%s", drawnName),
	requestHeader("X-Signature", "%s", drawnName),
	requestHeader("X-Own", "%s", ownName),
	requestHeader("User-Agent", "agent/1.0 (%s)", ownName),
	requestHeader("Idempotency-Key", "%s", ownName),
	{"request header Authorization: Basic, as the password", secretName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.Header["Authorization"] = []string{basicOf(p, "me:%s")}
		return nil
	}},
	{"request header Authorization: Basic, as the user", secretName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.Header["Authorization"] = []string{basicOf(p, "%s:")}
		return nil
	}},
	{"request header Referer: its query", secretName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.Header["Referer"] = []string{"https://app.example.com/?access_token=" + url.QueryEscape(p.text)}
		return nil
	}},

	responseHeader("Set-Cookie", "session=%s; Path=/; HttpOnly", secretName, url.QueryEscape),
	responseHeader("X-Auth-Token", "%s", secretName, noEscape),
	responseHeader("X-Subject-Token", "%s", secretName, noEscape),
	responseHeader("Location", "/next?access_token=%s", secretName, url.QueryEscape),
	responseHeader("Location", "https://app.example.com/cb#id_token=%s&state=a", secretName, url.QueryEscape),
	responseHeader("Location", "/next?mine=%s", ownName, url.QueryEscape),
	responseHeader("Location", "/next/%s", ownName, url.PathEscape),
	responseHeader("Link", "<https://api.example.com/?page=2&access_token=%s>; rel=next", secretName, url.QueryEscape),
	responseHeader("X-Echo", "you sent %s", ownName, noEscape),
	responseHeader("Www-Authenticate", "Digest realm=\"a\", nonce=\"%s\", qop=\"auth\"", drawnName, noEscape),
	responseHeader("Www-Authenticate", "Bearer realm=\"%s\"", ownName, noEscape),
	{"response trailer X-Auth-Token", secretName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Response.Trailer["X-Auth-Token"] = []string{p.text}
		return nil
	}},
	{"response trailer X-End", ownName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Response.Trailer["X-End"] = []string{p.text}
		return nil
	}},
	{"status line", ownName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Response.Reason = "not for " + p.text
		return nil
	}},
	{"transport error", ownName, true, func(i *cassette.Interaction, p plantedText) []string {
		i.Error = cassette.NewTransportError(fmt.Errorf("no answer to %s", p.text), false)
		i.Response = cassette.Response{}
		return nil
	}},

	requestURL("/?api_key=%s", secretName, url.QueryEscape),
	requestURL("/?a=b&apikey=%s", secretName, url.QueryEscape),
	requestURL("/?access_token=%s&a=b", secretName, url.QueryEscape),
	requestURL("/?password=%s", secretName, url.QueryEscape),
	requestURL("/?refresh_token=%s", secretName, url.QueryEscape),
	requestURL("/?client_secret=%s", secretName, url.QueryEscape),
	requestURL("/?X-Amz-Date=20260101T000000Z&X-Amz-Signature=%s", secretName, url.QueryEscape),
	requestURL("/?X-Goog-Signature=%s", secretName, url.QueryEscape),
	requestURL("/cb#id_token=%s&state=a", secretName, url.QueryEscape),
	requestURL("/?key=%s", drawnName, url.QueryEscape),
	requestURL("/?token=%s", drawnName, url.QueryEscape),
	requestURL("/?sv=2020&sig=%s", drawnName, url.QueryEscape),
	requestURL("/?GoogleAccessId=a%%40b&Signature=%s", drawnName, url.QueryEscape),
	requestURL("/cb?code=%s&state=open", drawnName, url.QueryEscape),
	requestURL("/?mine=%s", ownName, url.QueryEscape),
	requestURL("/?next=https%%3A%%2F%%2Fh%%2F%%3Faccess_token%%3D%s", secretName, func(text string) string { return url.QueryEscape(url.QueryEscape(text)) }),
	requestURL("/bot/%s/send", ownName, url.PathEscape),
	requestURL("/files/%s", ownName, url.QueryEscape),
	requestURL("/a#%s", ownName, url.PathEscape),
	{"URL /?mine=%s, %XX of every byte", ownName, false, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.URL = "https://api.example.com/?mine=" + spelledOut(p.text)
		return nil
	}},
	{"URL user and password", secretName, false, func(i *cassette.Interaction, p plantedText) []string {
		i.Request.URL = "https://me:" + url.QueryEscape(p.text) + "@api.example.com/"
		return nil
	}},

	asked("form password", secretName, ofForm, "user=me&password=%s&a=b", url.QueryEscape),
	asked("form client_secret", secretName, ofForm, "client_id=x&client_secret=%s", url.QueryEscape),
	asked("form refresh_token", secretName, ofForm, "grant_type=refresh_token&refresh_token=%s", url.QueryEscape),
	asked("form code_verifier", secretName, ofForm, "grant_type=authorization_code&code_verifier=%s", url.QueryEscape),
	asked("form pin", secretName, ofForm, "pin=%s", url.QueryEscape),
	asked("form token", drawnName, ofForm, "token=%s&a=b", url.QueryEscape),
	asked("form code", drawnName, ofForm, "grant_type=authorization_code&code=%s&client_id=x", url.QueryEscape),
	asked("form mine", ownName, ofForm, "a=b&mine=%s", url.QueryEscape),
	asked("form JSON", secretName, ofForm, "a=%s", func(text string) string { return url.QueryEscape(`{"password":` + quote(text) + `}`) }),
	answered("answer of a token endpoint", secretName, ofForm, "access_token=%s&token_type=bearer", url.QueryEscape),
	asked("multipart password", secretName, boundary, "--cut\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%s\r\n--cut--\r\n", noEscape),
	asked("multipart api_key", secretName, boundary, "--cut\r\nContent-Disposition: form-data; name=\"api_key\"\r\nContent-Type: text/plain\r\n\r\n%s\r\n--cut--\r\n", noEscape),
	asked("multipart mine", ownName, boundary, "--cut\r\nContent-Disposition: form-data; name=\"mine\"\r\n\r\n%s\r\n--cut--\r\n", noEscape),
	asked("multipart JSON", secretName, boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n{\"password\":\"%s\"}\r\n--cut--\r\n", inJSON),
	asked("multipart file", ownName, boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\x00%s\xff\r\n--cut--\r\n", noEscape),
	{"multipart header", secretName, true, func(i *cassette.Interaction, p plantedText) []string {
		sent(boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\nX-Auth-Token: %s\r\n\r\nc\r\n--cut--\r\n", p.text)(i)
		return nil
	}},

	jsonField(`{"api_key":"%s"}`, secretName),
	jsonField(`{"apiKey":"%s"}`, secretName),
	jsonField(`{"openai_api_key" : "%s"}`, secretName),
	jsonField(`{"password":"%s"}`, secretName),
	jsonField(`{"secret":"%s"}`, secretName),
	jsonField(`{"db":{"db_password":"%s"}}`, secretName),
	jsonField(`{"a":{"b":[{"clientSecret":"%s"}]}}`, secretName),
	jsonField(`{"a":[[{"accessToken":"%s"}]]}`, secretName),
	jsonField(`{"session_token":"%s","n":1}`, secretName),
	jsonField(`{"SecretAccessKey":"%s"}`, secretName),
	jsonField(`{"api\u005fkey":"%s"}`, secretName),
	jsonField(`{"api_keys":["%s"]}`, secretName),
	jsonField(`{"client_secret":{"value":"%s","expires_at":1}}`, secretName),
	jsonField(`{"password":["%s",null]}`, secretName),
	jsonField(`{"env":[{"name":"DB_PASSWORD","value":"%s"}]}`, secretName),
	jsonField(`{"properties":{"adminPassword":"%s"}}`, secretName),
	jsonField(`{"auth":{"client_token":"%s"}}`, secretName),
	jsonField(`{"credentials":{"blob":"%s"}}`, drawnName),
	jsonField(`{"token":"%s"}`, drawnName),
	jsonField(`{"my_key":"%s"}`, drawnName),
	jsonField(`{"key":"%s"}`, ownName),
	jsonField(`{"note":"%s"}`, ownName),
	jsonField(`{"a":[{"b":{"text":"it is %s."}}]}`, ownName),
	jsonField(`["%s"]`, ownName),
	answered("answer {\"access_token\":…}", secretName, ofJSON, `{"token_type":"bearer","access_token":"%s","expires_in":60}`, inJSON),
	answered("answer {\"id_token\":…} without a type", secretName, "", `{"id_token":"%s"}`, inJSON),
	answered("answer {\"device_code\":…}", secretName, ofJSON, `{"device_code":"%s","user_code":"WDJB-MJHT"}`, inJSON),
	answered("answer, a link in JSON", written, ofJSON, `{"url":"https://h.example.com/f?a=b\u0026access_token=%s"}`, url.QueryEscape),
	answered("answer {\"error\":{\"message\":…}}", written, ofJSON, `{"error":{"message":"Incorrect API key provided: %s. You can find your API key at https://example.com.","code":"invalid_api_key"}}`, inJSON),
	asked("JSON in a string", ownName, ofJSON, `{"note":"{\"password\":\"%s\"}"}`, twice),
	asked("JSON in a string in a string", ownName, ofJSON, `{"note":"{\"a\":\"{\\\"password\\\":\\\"%s\\\"}\"}"}`, func(text string) string { return escaped(twice(text)) }),

	asked("prompt", saidThere, ofJSON, `{"model":"m","messages":[{"role":"user","content":"My key is %s, is that right?"}]}`, inJSON),
	asked("system prompt", saidThere, ofJSON, `{"model":"m","system":[{"type":"text","text":"Use the password %s"}],"messages":[]}`, inJSON),
	asked("result of a tool, JSON in it", saidThere, ofJSON, `{"model":"m","messages":[{"role":"tool","tool_call_id":"c","content":"{\"password\":\"%s\"}"}]}`, twice),
	asked("result of a tool, an .env file", written, ofJSON, `{"model":"m","messages":[{"role":"tool","content":"MODE=fast\nCOHERE_API_KEY=%s\n"}]}`, inJSON),
	asked("result of a tool, a command", written, ofJSON, `{"model":"m","messages":[{"role":"tool","content":"curl -H 'Authorization: Bearer %s' https://h"}]}`, inJSON),
	asked("result of a tool, a connection string", written, ofJSON, `{"model":"m","messages":[{"role":"tool","content":"Server=db;User Id=me;Password=%s;"}]}`, inJSON),
	asked("result of a tool, a link", written, ofJSON, `{"model":"m","messages":[{"role":"tool","content":"see https://h/f?sv=1&sig=%s now"}]}`, url.QueryEscape),
	answered("arguments of a tool, OpenAI", saidThere, ofJSON, `{"choices":[{"message":{"tool_calls":[{"id":"c","function":{"name":"door","arguments":"{\"password\":\"%s\"}"}}]}}]}`, twice),
	answered("arguments of a tool, Anthropic", saidThere, ofJSON, `{"type":"message","role":"assistant","content":[{"type":"tool_use","name":"door","input":{"api_key":"%s"}}]}`, inJSON),
	answered("arguments of a tool, Gemini", saidThere, ofJSON, `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"door","args":{"token":"%s"}}}]}}]}`, inJSON),
	asked("arguments of a tool, MCP", saidThere, ofJSON, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"door","arguments":{"secret":"%s"}}}`, inJSON),
	answered("what a model says", saidThere, ofJSON, `{"choices":[{"message":{"role":"assistant","content":"Use %s."}}]}`, inJSON),

	answered("event by name", secretName, ofSSE, "event: a\ndata: {\"id_token\":\"%s\"}\n\n", inJSON),
	answered("event of a model", saidThere, ofSSE, "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\ndata: [DONE]\n\n", inJSON),
	inTwo("events of OpenAI, cut", saidThere, ofSSE, "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", inJSON),
	inTwo("events of Anthropic, cut", saidThere, ofSSE, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n", inJSON),
	inTwo("events with arguments, cut", saidThere, ofSSE, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"k\\\":\\\"%s\"}}]}}]}\n\ndata: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\\\"}\"}}]}}]}\n\n", inJSON),
	answered("line of NDJSON by name", secretName, ofNDJ, "{\"a\":1}\n{\"password\":\"%s\"}\n", inJSON),
	answered("line of NDJSON", ownName, ofNDJ, "{\"a\":1}\n{\"response\":\"%s\"}\n", inJSON),
	inTwo("lines of NDJSON, cut", saidThere, ofNDJ, "{\"message\":{\"content\":\"%s\"},\"done\":false}\n{\"message\":{\"content\":\"%s\"},\"done\":false}\n", inJSON),
	eventStream("Bedrock event", saidThere, func(p plantedText) ([]string, []string) {
		return []string{`{"contentBlockIndex":0,"delta":{"text":"` + inJSON(p.text) + `"}}`, `{"stopReason":"end_turn"}`}, nil
	}),
	eventStream("Bedrock events, cut", saidThere, func(p plantedText) ([]string, []string) {
		first, second := p.halves()
		return []string{`{"contentBlockIndex":0,"delta":{"text":"it is ` + inJSON(first) + `"}}`, `{"contentBlockIndex":0,"delta":{"text":"` + inJSON(second) + ` indeed"}}`}, p.needles(first, second)
	}),

	answered("XML element by name", secretName, "text/xml", "<r><SecretAccessKey>%s</SecretAccessKey><a>b</a></r>", html.EscapeString),
	answered("XML element by name, with spaces", secretName, "text/xml", "<r>\n  <SessionToken>\n    %s\n  </SessionToken>\n</r>", html.EscapeString),
	answered("XML element by name, CDATA", secretName, "application/xml", "<?xml version=\"1.0\"?><r><x:Password><![CDATA[%s]]></x:Password></r>", noEscape),
	answered("XML that breaks off", secretName, "application/xml", "<?xml version=\"1.0\"?><r><Secret>%s", html.EscapeString),
	answered("XML attribute by name", secretName, "application/xml", "<Login user=\"me\" password=\"%s\"/>", html.EscapeString),
	answered("XML element Token", drawnName, "application/xml", "<r><Token>%s</Token></r>", html.EscapeString),
	answered("XML element in Token", drawnName, "application/xml", "<r><Token><v>%s</v></Token></r>", html.EscapeString),
	answered("XML pair", secretName, "application/xml", "<r><entry><key>password</key><value>%s</value></entry></r>", html.EscapeString),
	answered("XML pair of attributes", secretName, "application/xml", "<r><add key=\"password\" value=\"%s\"/></r>", html.EscapeString),
	answered("XML element", ownName, "application/xml", "<r><Value>%s</Value></r>", html.EscapeString),
	answered("HTML input", secretName, "text/html", "<!DOCTYPE html><form><input type=\"hidden\" name=\"csrf_token\" value=\"%s\"></form>", html.EscapeString),
	answered("HTML text", ownName, "text/html", "<!DOCTYPE html><p>It is %s.</p>", html.EscapeString),

	answered("YAML by name", secretName, "application/yaml", "db:\n  user: me\n  password: %s\n  port: 5432\n", inYAML).line(),
	answered("YAML by name, quoted", secretName, "application/yaml", "client_secret: \"%s\"\n", inJSON),
	answered("YAML pair", secretName, "application/yaml", "env:\n- name: API_TOKEN\n  value: %s\n", inYAML).line(),
	answered("YAML block", secretName, "application/yaml", "a:\n  client_secret: >-\n    %s\n  b: c\n", noEscape).line(),
	answered("YAML list", drawnName, "application/yaml", "api_keys:\n  - %s\n", inYAML).line(),
	answered("YAML", ownName, "application/yaml", "a:\n- note: %s\n", inYAML).line(),
	answered(".env by name", secretName, "text/plain", "MODE=fast\nCOHERE_API_KEY=%s\n", inYAML).line(),
	answered(".env by name, exported", secretName, "text/plain", "export DB_PASSWORD=\"%s\"\n", noEscape).line(),
	answered(".env by name, in colour", secretName, "text/plain", "MODE=fast\n\x1b[32mCOHERE_API_KEY\x1b[0m=\x1b[1m%s\x1b[0m\n", inYAML).line(),
	answered(".env", ownName, "text/plain", "MODE=%s\n", noEscape),
	answered("ini by name", secretName, "text/plain", "[db]\npassword = %s\n", inYAML).line(),
	answered("Python by name", secretName, "text/plain", "{'access_token': '%s', 'n': None}", noEscape).line(),
	answered("JavaScript by name", secretName, ofJSON, "{ clientSecret: \"%s\", n: 1 }", inJSON),
	answered("Python in a log", written, "text/plain", "12:04 got {'access_token': '%s'}", noEscape).line(),
	answered("option of a command", written, "text/plain", "x --token %s y", noEscape).line(),
	answered("option of a command in JSON", written, ofJSON, `{"cmd":"x --api-key=%s y"}`, inJSON).line(),
	answered("ADO connection string", written, "text/plain", "Server=db;User Id=me;Password=%s;Encrypt=true", noEscape).line(),
	answered("libpq connection string", written, "text/plain", "host=db user=me password=%s dbname=x", noEscape).line(),
	answered("MySQL address", written, "text/plain", "me:%s@tcp(127.0.0.1:3306)/db", noEscape).line(),
	answered("database URL", written, "text/plain", "postgres://me:%s@db.example.com:5432/x", url.QueryEscape),
	answered("curl -u", written, "text/plain", "curl -u me:%s https://h", noEscape).line(),
	answered("curl -H", written, "text/plain", "curl -H \"X-Api-Key: %s\" https://h", noEscape).line(),

	answered("text", ownName, "text/plain", "you said %s", noEscape),
	answered("text, at the end of a sentence", ownName, "text/plain", "It is %s. And so on.", noEscape),
	answered("text, in quotes", ownName, "text/plain", "it's '%s', she said", noEscape),
	answered("text, in backticks", ownName, "text/markdown", "Set `%s` there", noEscape),
	answered("text, in brackets", ownName, "text/plain", "the key (%s) is [%s]", noEscape),
	answered("text, behind a colon", ownName, "text/plain", "key:%s,b", noEscape),
	answered("text, behind an equals sign", ownName, "text/plain", "x=%s;y", noEscape),
	answered("text, in a table", ownName, "text/markdown", "| a | b |\n|---|---|\n|%s|b|", noEscape),
	answered("text, behind an ANSI code", ownName, "text/plain", "\x1b[31m%s\x1b[0m", noEscape),
	answered("JSON, behind an ANSI code", ownName, ofJSON, `{"log":"\u001b[1;32m%s\u001b[0m"}`, inJSON),
	answered("JSON, behind a line break", ownName, ofJSON, `{"log":"a\n%s\nb"}`, inJSON),
	answered("JSON, behind a tab in a string in a string", ownName, ofJSON, `{"log":"{\"a\":\"b\\t%s\"}"}`, twice),
	answered(`JSON, behind \u003d`, ownName, ofJSON, `{"log":"x\u003d%s\u0026y"}`, inJSON),
	answered("JSON, behind %3D", ownName, ofJSON, `{"log":"x%%3D%s%%26y"}`, inJSON),
	answered("octets", ownName, "application/octet-stream", "\x00\x01%s\xff\xfe", noEscape),
	answered("octets that call themselves JSON", ownName, ofJSON, "\x00{\"a\":\"\xff%s\"}", inJSON),
	{"text in gzip", ownName, false, func(i *cassette.Interaction, p plantedText) []string {
		received(i, "text/plain", string(deflated("you said "+p.text+".", -1)))
		i.Response.Header["Content-Encoding"] = []string{"gzip"}
		return nil
	}},
	{"JSON by name in gzip", secretName, false, func(i *cassette.Interaction, p plantedText) []string {
		received(i, ofJSON, string(deflated(`{"access_token":`+quote(p.text)+`}`, -1)))
		i.Response.Header["Content-Encoding"] = []string{"gzip"}
		return nil
	}},
	{"two chunks", ownName, false, func(i *cassette.Interaction, p plantedText) []string {
		received(i, "text/plain", "it is "+p.text+" indeed")
		i.Response.Chunks = []cassette.Chunk{{Size: 6 + len(p.text)/2}, {Size: len(p.text) - len(p.text)/2 + 7}}
		return nil
	}},

	asked("base64", coded, ofJSON, `{"data":"%s"}`, encodedAt(0, base64.StdEncoding)),
	asked("base64, one byte later", coded, ofJSON, `{"data":"%s"}`, encodedAt(1, base64.StdEncoding)),
	asked("base64, two bytes later", coded, ofJSON, `{"data":"%s"}`, encodedAt(2, base64.StdEncoding)),
	asked("base64 for URLs", coded, ofJSON, `{"data":"%s"}`, encodedAt(1, base64.RawURLEncoding)),
	asked("hex", coded, ofJSON, `{"data":"%s"}`, func(text string) string { return hex.EncodeToString([]byte(text)) }),
	asked("HEX", coded, ofJSON, `{"data":"%s"}`, func(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) }),
	asked(`\uXXXX of every byte`, ownName, ofJSON, `{"note":"%s"}`, unicodeEscaped),
	{"base64 with line breaks", unread, false, func(i *cassette.Interaction, p plantedText) []string {
		encoded := base64.StdEncoding.EncodeToString([]byte("some words before: " + p.text))
		var lines []string
		for ; len(encoded) > 20; encoded = encoded[20:] {
			lines = append(lines, encoded[:20])
		}
		wrapped := strings.Join(append(lines, encoded), "\r\n")
		received(i, "text/plain", wrapped)
		return []string{wrapped}
	}},
	{"UTF-16", unread, false, func(i *cassette.Interaction, p plantedText) []string {
		var b []byte
		for _, unit := range utf16.Encode([]rune(p.text)) {
			b = binary.LittleEndian.AppendUint16(b, unit)
		}
		received(i, "text/plain; charset=utf-16le", string(b))
		return []string{string(b)}
	}},
	{"gzip without its header", unread, false, func(i *cassette.Interaction, p plantedText) []string {
		received(i, "application/octet-stream", string(deflated("you said "+p.text+".", -1)))
		return nil
	}},
	eventStream("Bedrock events in base64, cut", saidThere, func(p plantedText) ([]string, []string) {
		first, second := p.halves()
		event := func(text string) string {
			delta := `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"` + inJSON(text) + `"}}`
			return `{"bytes":"` + base64.StdEncoding.EncodeToString([]byte(delta)) + `","p":"abc"}`
		}
		return []string{event("it is " + first), event(second + " indeed")}, p.needles(first, second)
	}),
}

// source is an exchange in which a secret is in a place for credentials.
func source(secret string) *cassette.Interaction {
	i := providers[0].exchange()
	i.Request.URL = "https://api.example.com/v1/login"
	if strings.Contains(secret, "\n") {
		i.Request.Body = cassette.NewBody([]byte(`{"private_key":` + quote(secret) + `}`))
	} else {
		i.Request.Header["X-Auth-Token"] = []string{secret}
	}
	return i
}

// blank is an exchange that has no secret, and is not that of a model.
func blank() *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "POST", URL: "https://api.example.com/v1/things", Header: http.Header{"Content-Type": {ofJSON}}, Body: cassette.NewBody([]byte(`{"n":1}`))},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {ofJSON}}, Trailer: http.Header{}, Body: cassette.NewBody([]byte(`{"ok":true}`))},
	}
}
