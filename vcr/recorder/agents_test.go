package recorder_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// An agentRig records a program against an origin, and replays it without one.
type agentRig struct {
	*rig
	session *recorder.Session
	key     string // of whoever runs the program
	said    []string
}

// send returns the body of an answer, or "miss". Everything that is said is kept.
func (a *agentRig) send(method, path, contentType, body string, header ...string) (string, http.Header) {
	a.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = a.URL + path
	}
	req, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for n := 0; n+1 < len(header); n += 2 {
		req.Header.Set(header[n], header[n+1])
	}
	resp, err := a.session.RoundTrip(req)
	if errors.Is(err, recorder.ErrMiss) {
		return "miss", nil
	}
	if err != nil {
		a.t.Fatal(err)
	}
	text := a.body(resp)
	a.said = append(a.said, text)
	return text, resp.Header
}

// recordAndReplay runs a program three times: against its origin; without one, with
// another key; and once more changed, which has to miss. It returns what the first and
// the second run said, and the tape.
func recordAndReplay(t *testing.T, handler http.Handler, program func(a *agentRig), changed func(a *agentRig) string) (recorded, replayed []string, tape string) {
	t.Helper()
	a := &agentRig{rig: newRig(t, handler), key: drawn(rand.New(rand.NewPCG(1, 1)), 40, alphanumeric)}
	a.session = a.open(recorder.Config{})
	program(a)
	a.end(a.session, true)
	recorded = a.said
	a.Origin.Close()

	a.key, a.said = "another-key-"+drawn(rand.New(rand.NewPCG(2, 2)), 20, alphanumeric), nil
	a.session = a.open(recorder.Config{Mode: recorder.None})
	program(a)
	a.end(a.session, true)
	replayed = a.said

	a.session = a.open(recorder.Config{Mode: recorder.None})
	if got := changed(a); got != "miss" {
		t.Errorf("a changed request got %s", got)
	}
	a.end(a.session, true)
	return recorded, replayed, a.read(a.file())
}

// equalSaid compares what was said in two runs, byte for byte.
func equalSaid(t *testing.T, recorded, replayed []string) {
	t.Helper()
	equal(t, "answers", len(replayed), len(recorded))
	for n := range min(len(recorded), len(replayed)) {
		equal(t, fmt.Sprint("answer ", n+1), replayed[n], recorded[n])
	}
}

// A dialect is how an API lets a model call a tool.
type dialect struct {
	name, path, answerType string
	answer                 func(args string) string // with a call of the tool
	args                   func(t *testing.T, answer string) string
	result                 func(args, result string) string // the request that follows
}

// inJSON returns what is at a path in JSON.
func inJSON(t *testing.T, text string, path ...any) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			array, _ := value.([]any)
			if step >= len(array) {
				return nil
			}
			value = array[step]
		}
	}
	return value
}

func stringAt(path ...any) func(*testing.T, string) string {
	return func(t *testing.T, answer string) string {
		text, _ := inJSON(t, answer, path...).(string)
		return text
	}
}

func objectAt(path ...any) func(*testing.T, string) string {
	return func(t *testing.T, answer string) string {
		b, _ := json.Marshal(inJSON(t, answer, path...))
		return string(b)
	}
}

// joinedAt joins the strings at a path in the events of a stream.
func joinedAt(path ...any) func(*testing.T, string) string {
	return func(t *testing.T, answer string) string {
		var joined strings.Builder
		for line := range strings.Lines(answer) {
			if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok && data != "[DONE]" {
				joined.WriteString(stringAt(path...)(t, data))
			}
		}
		return joined.String()
	}
}

// inEvents cuts a text into the events of a stream, in the middle of words too.
func inEvents(format, text string) string {
	var b strings.Builder
	for len(text) > 0 {
		cut := min(len(text), 7)
		fmt.Fprintf(&b, "data: "+format+"\n\n", quote(text[:cut]))
		text = text[cut:]
	}
	return b.String() + "data: [DONE]\n\n"
}

var dialects = []dialect{
	{
		"OpenAI", "/v1/chat/completions", ofJSON,
		func(args string) string {
			return `{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"door","arguments":` + quote(args) + `}}]}}]}`
		},
		stringAt("choices", 0, "message", "tool_calls", 0, "function", "arguments"),
		func(args, result string) string {
			return `{"model":"m","messages":[{"role":"user","content":"Open the door."},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"door","arguments":` + quote(args) + `}}]},{"role":"tool","tool_call_id":"call_1","content":` + quote(result) + `}]}`
		},
	},
	{
		"OpenAI, streamed", "/v1/chat/completions", ofSSE,
		func(args string) string {
			return inEvents(`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":%s}}]}}]}`, args)
		},
		joinedAt("choices", 0, "delta", "tool_calls", 0, "function", "arguments"),
		func(args, result string) string {
			return `{"model":"m","stream":true,"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":` + quote(args) + `}}]},{"role":"tool","content":` + quote(result) + `}]}`
		},
	},
	{
		"OpenAI, responses", "/v1/responses", ofJSON,
		func(args string) string {
			return `{"object":"response","model":"m","output":[{"type":"function_call","call_id":"call_1","name":"door","arguments":` + quote(args) + `}]}`
		},
		stringAt("output", 0, "arguments"),
		func(args, result string) string {
			return `{"model":"m","input":[{"type":"function_call","call_id":"call_1","name":"door","arguments":` + quote(args) + `},{"type":"function_call_output","call_id":"call_1","output":` + quote(result) + `}]}`
		},
	},
	{
		"Anthropic", "/v1/messages", ofJSON,
		func(args string) string {
			return `{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"door","input":` + args + `}],"stop_reason":"tool_use"}`
		},
		objectAt("content", 0, "input"),
		func(args, result string) string {
			return `{"model":"m","max_tokens":5,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"door","input":` + args + `}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":` + quote(result) + `}]}]}`
		},
	},
	{
		"Anthropic, streamed", "/v1/messages", ofSSE,
		func(args string) string {
			return inEvents(`{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":%s}}`, args)
		},
		joinedAt("delta", "partial_json"),
		func(args, result string) string {
			return `{"model":"m","stream":true,"messages":[{"role":"assistant","content":[{"type":"tool_use","input":` + args + `}]},{"role":"user","content":[{"type":"tool_result","content":` + quote(result) + `}]}]}`
		},
	},
	{
		"Gemini", "/v1beta/models/gemini:generateContent", ofJSON,
		func(args string) string {
			return `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"door","args":` + args + `}}]}}]}`
		},
		objectAt("candidates", 0, "content", "parts", 0, "functionCall", "args"),
		func(args, result string) string {
			return `{"contents":[{"role":"model","parts":[{"functionCall":{"name":"door","args":` + args + `}}]},{"role":"user","parts":[{"functionResponse":{"name":"door","response":` + result + `}}]}]}`
		},
	},
	{
		"Ollama", "/api/chat", ofNDJ,
		func(args string) string {
			return `{"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"door","arguments":` + args + `}}]},"done":true}` + "\n"
		},
		objectAt("message", "tool_calls", 0, "function", "arguments"),
		func(args, result string) string {
			return `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"door","arguments":` + args + `}}]},{"role":"tool","content":` + quote(result) + `}]}`
		},
	},
	{
		"MCP", "/mcp", ofJSON,
		func(args string) string {
			return `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":` + quote(args) + `}]}}`
		},
		stringAt("result", "content", 0, "text"),
		func(args, result string) string {
			return `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"door","arguments":{"of":` + args + `,"result":` + result + `}}}`
		},
	},
}

// arguments are those of tools to which no argument is a secret: one of each name, of
// words and drawn.
func arguments(r *rand.Rand) (all []string) {
	for _, name := range []string{"password", "assertion", "token", "key", "secret", "api_key", "private_key", "credentials", "access_token", "authorization", "session", "code", "cookie"} {
		for _, value := range []string{"The sky is blue", "mellon", drawn(r, 32, alphanumeric)} {
			all = append(all, fmt.Sprintf(`{"a":1,"%s":"%s"}`, name, value))
		}
	}
	return all
}

// door is a tool. What it answers depends on every byte of its arguments.
func door(args string) string {
	sum := sha256.Sum256([]byte(args))
	return `{"opened":` + fmt.Sprint(sum[0]%2 == 0) + `,"of":"` + hex.EncodeToString(sum[:4]) + `","again":` + args + `}`
}

// The arguments and the results of tools stay, whatever they are called: a tool does in
// replay what it did while it was recorded.
func TestToolsAnswerAsBefore(t *testing.T) {
	for _, c := range dialects {
		t.Run(c.name, func(t *testing.T) {
			all := arguments(rand.New(rand.NewPCG(8, 9)))
			model := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				body, _ := io.ReadAll(req.Body)
				var number int
				if _, err := fmt.Sscanf(req.Header.Get("X-Number"), "%d", &number); err == nil {
					w.Header().Set("Content-Type", c.answerType)
					_, _ = io.WriteString(w, c.answer(all[number]))
					return
				}
				w.Header().Set("Content-Type", ofJSON)
				_, _ = fmt.Fprintf(w, `{"choices":[{"message":{"content":"The door says %x."}}]}`, sha256.Sum256(body))
			})
			open := func(a *agentRig, number int) string {
				answer, _ := a.send(http.MethodPost, c.path, ofJSON, fmt.Sprintf(`{"model":"m","messages":[{"role":"user","content":"Open door %d."}]}`, number),
					"X-Number", fmt.Sprint(number), "Authorization", "Bearer "+a.key)
				return c.args(t, answer)
			}
			program := func(a *agentRig) {
				for number := range all {
					args := open(a, number)
					if args != all[number] {
						t.Errorf("the tool got %s, want %s", args, all[number])
					}
					a.said = append(a.said, door(args))
					a.send(http.MethodPost, c.path, ofJSON, c.result(args, door(args)), "Authorization", "Bearer "+a.key)
				}
			}
			recorded, replayed, _ := recordAndReplay(t, model, program, func(a *agentRig) string {
				for number := range all {
					args := open(a, number)
					for _, changed := range []string{c.result(args, door(args+" ")), c.result(strings.Replace(args, "The sky", "The sea", 1), door(strings.Replace(args, `":"`, `":"x`, 1)))} {
						if got, _ := a.send(http.MethodPost, c.path, ofJSON, changed); got != "miss" {
							return got
						}
					}
				}
				return "miss"
			})
			equalSaid(t, recorded, replayed)
		})
	}
}

var challengeParameter = regexp.MustCompile(`(\w+)="([^"]*)"`)

// challengeOf reads a challenge as clients do.
func challengeOf(header http.Header) map[string]string {
	parameters := map[string]string{}
	for _, match := range challengeParameter.FindAllStringSubmatch(header.Get("Www-Authenticate"), -1) {
		parameters[match[1]] = match[2]
	}
	return parameters
}

// A client of a registry finds its token by a challenge: by realm, service and scope.
func TestRegistryWithAChallenge(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	token := drawn(r, 60, alphanumeric)
	manifest := `{"schemaVersion":2,"config":{"digest":"sha256:` + drawn(r, 64, hexadecimal) + `"},"layers":[{"digest":"sha256:` + drawn(r, 64, hexadecimal) + `"}]}`
	registry := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Path == "/token" && req.URL.Query().Get("service") == "registry.example.com" && req.URL.Query().Get("scope") != "":
			w.Header().Set("Content-Type", ofJSON)
			_, _ = fmt.Fprintf(w, `{"token":"%s","access_token":"%[1]s","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}`, token)
		case req.Header.Get("Authorization") == "Bearer "+token:
			w.Header().Set("Docker-Content-Digest", fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(manifest))))
			_, _ = io.WriteString(w, manifest)
		default:
			w.Header().Set("Www-Authenticate", `Bearer realm="http://`+req.Host+`/token",service="registry.example.com",scope="repository:library/alpine:pull"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	pull := func(a *agentRig, name string) string {
		_, header := a.send(http.MethodGet, "/v2/"+name+"/manifests/latest", "", "")
		challenge := challengeOf(header)
		answer, _ := a.send(http.MethodGet, challenge["realm"]+"?"+url.Values{"service": {challenge["service"]}, "scope": {challenge["scope"]}}.Encode(), "", "")
		given, _ := inJSON(t, answer, "token").(string)
		text, header := a.send(http.MethodGet, "/v2/"+name+"/manifests/latest", "", "", "Authorization", "Bearer "+given)
		equal(t, "digest", header.Get("Docker-Content-Digest"), fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text))))
		return text
	}
	var pulled []string
	_, _, tape := recordAndReplay(t, registry, func(a *agentRig) { pulled = append(pulled, pull(a, "library/alpine")) }, func(a *agentRig) string {
		got, _ := a.send(http.MethodGet, "/v2/library/debian/manifests/latest", "", "")
		return got
	})
	equal(t, "manifest", strings.Join(pulled, "\n"), manifest+"\n"+manifest)
	if strings.Contains(tape, token) {
		t.Error("the token is on the tape")
	}
}

// A client of an MCP server finds its authorization server by a challenge, and gets a
// token and a session there.
func TestMCPServerWithAChallenge(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	token, id, clientSecret := drawn(r, 43, alphanumeric), drawn(r, 32, hexadecimal), drawn(r, 30, alphanumeric)
	server := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		base := "http://" + req.Host
		body, _ := io.ReadAll(req.Body)
		w.Header().Set("Content-Type", ofJSON)
		switch {
		case req.URL.Path == "/.well-known/oauth-protected-resource/mcp":
			_, _ = fmt.Fprintf(w, `{"resource":"%s/mcp","authorization_servers":["%[1]s/as"],"bearer_methods_supported":["header"]}`, base)
		case req.URL.Path == "/.well-known/oauth-authorization-server/as":
			_, _ = fmt.Fprintf(w, `{"issuer":"%s/as","token_endpoint":"%[1]s/as/token","token_endpoint_auth_methods_supported":["client_secret_post"],"code_challenge_methods_supported":["S256"]}`, base)
		case req.URL.Path == "/as/token" && strings.Contains(string(body), "client_secret="+clientSecret):
			_, _ = fmt.Fprintf(w, `{"access_token":"%s","token_type":"Bearer","expires_in":3600,"scope":"tools"}`, token)
		case req.Header.Get("Authorization") != "Bearer "+token:
			w.Header().Set("Www-Authenticate", `Bearer resource_metadata="`+base+`/.well-known/oauth-protected-resource/mcp"`)
			w.WriteHeader(http.StatusUnauthorized)
		case strings.Contains(string(body), `"initialize"`):
			w.Header().Set("Mcp-Session-Id", id)
			_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"doors","version":"1"}}}`)
		case req.Header.Get("Mcp-Session-Id") == id:
			w.Header().Set("Content-Type", ofSSE)
			_, _ = fmt.Fprintf(w, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":%s}],\"structuredContent\":{\"password\":\"mellon\",\"token\":\"page 2\"}}}\n\n", quote(fmt.Sprintf("%x", sha256.Sum256(body))))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	var last []string
	program := func(a *agentRig) {
		_, header := a.send(http.MethodPost, "/mcp", ofJSON, `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}`)
		resource, _ := a.send(http.MethodGet, challengeOf(header)["resource_metadata"], "", "")
		issuer, _ := inJSON(t, resource, "authorization_servers", 0).(string)
		parsed, err := url.Parse(issuer)
		if err != nil {
			t.Fatal(err)
		}
		metadata, _ := a.send(http.MethodGet, "/.well-known/oauth-authorization-server"+parsed.Path, "", "")
		endpoint, _ := inJSON(t, metadata, "token_endpoint").(string)
		secret := clientSecret
		if a.session.Mode() == recorder.None {
			secret = "another-" + a.key
		}
		given, _ := a.send(http.MethodPost, endpoint, ofForm, url.Values{"grant_type": {"client_credentials"}, "client_id": {"doors"}, "client_secret": {secret}, "resource": {a.URL + "/mcp"}}.Encode())
		bearer := fmt.Sprint("Bearer ", inJSON(t, given, "access_token"))
		_, header = a.send(http.MethodPost, "/mcp", ofJSON, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`, "Authorization", bearer)
		answer, _ := a.send(http.MethodPost, "/mcp", ofJSON, `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"door","arguments":{"password":"mellon"}}}`, "Authorization", bearer, "Mcp-Session-Id", header.Get("Mcp-Session-Id"))
		last = append(last, answer)
	}
	_, _, tape := recordAndReplay(t, server, program, func(a *agentRig) string {
		got, _ := a.send(http.MethodPost, "/mcp", ofJSON, `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"door","arguments":{"password":"melon"}}}`)
		return got
	})
	equal(t, "the answer of the tool", last[1], last[0])
	for name, secret := range map[string]string{"token": token, "session": id, "client secret": clientSecret} {
		if strings.Contains(tape, secret) {
			t.Errorf("the %s is on the tape", name)
		}
	}
	if !strings.Contains(last[1], "mellon") {
		t.Errorf("got %s", last[1])
	}
}

// Two tenants log in and ask for the same, in another order in replay. Each has a token
// of its own, which is a placeholder by then, wherever it is sent.
func TestTenantsInAnotherOrder(t *testing.T) {
	names := []string{"ada", "bob"}
	tokens := map[string]string{}
	for n, name := range names {
		tokens[name] = drawn(rand.New(rand.NewPCG(5, uint64(n))), 40, alphanumeric)
	}
	service := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		w.Header().Set("Content-Type", ofJSON)
		if user := req.URL.Query().Get("user"); user != "" {
			w.Header().Set("Set-Cookie", "session="+tokens[user]+"; Path=/")
			_, _ = fmt.Fprintf(w, `{"access_token":"%s"}`, tokens[user])
			return
		}
		for name, token := range tokens {
			if strings.Contains(fmt.Sprint(req.Header, req.URL, string(body)), token) {
				_, _ = fmt.Fprintf(w, `{"data":"of %s"}`, name)
				return
			}
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	for place, ask := range map[string]func(a *agentRig, path, token string) string{
		"Bearer": func(a *agentRig, path, token string) string {
			got, _ := a.send(http.MethodGet, path, "", "", "Authorization", "Bearer "+token)
			return got
		},
		"header": func(a *agentRig, path, token string) string {
			got, _ := a.send(http.MethodGet, path, "", "", "X-Auth-Token", token)
			return got
		},
		"cookie": func(a *agentRig, path, token string) string {
			got, _ := a.send(http.MethodGet, path, "", "", "Cookie", "lang=en; session="+token)
			return got
		},
		"query": func(a *agentRig, path, token string) string {
			got, _ := a.send(http.MethodGet, path+"?access_token="+url.QueryEscape(token), "", "")
			return got
		},
		"JSON": func(a *agentRig, path, token string) string {
			got, _ := a.send(http.MethodPost, path, ofJSON, `{"session_token":`+quote(token)+`}`)
			return got
		},
		"form": func(a *agentRig, path, token string) string {
			got, _ := a.send(http.MethodPost, path, ofForm, "token="+url.QueryEscape(token))
			return got
		},
	} {
		t.Run(place, func(t *testing.T) {
			login := func(a *agentRig, name string) string {
				answer, header := a.send(http.MethodPost, "/login?user="+name, ofJSON, `{"password":"`+a.key+`"}`)
				if place == "cookie" {
					cookie, _, _ := strings.Cut(header.Get("Set-Cookie"), ";")
					return strings.TrimPrefix(cookie, "session=")
				}
				return fmt.Sprint(inJSON(t, answer, "access_token"))
			}
			order := names
			_, _, tape := recordAndReplay(t, service, func(a *agentRig) {
				given := map[string]string{}
				for _, name := range names {
					given[name] = login(a, name)
				}
				for _, name := range order {
					for _, path := range []string{"/first", "/second"} {
						equal(t, name+path, ask(a, path, given[name]), `{"data":"of `+name+`"}`)
					}
				}
				if order[0] == "ada" {
					equal(t, "alone", ask(a, "/alone", given["ada"]), `{"data":"of ada"}`)
				}
				order = []string{"bob", "ada"}
			}, func(a *agentRig) string {
				return ask(a, "/alone", login(a, "bob"))
			})
			for name, token := range tokens {
				if strings.Contains(tape, token) {
					t.Errorf("the token of %s is on the tape", name)
				}
			}
		})
	}
}

// Code that parses its token gets a usable one; each still answers for one tenant only.
func TestRestoredTokensInAnotherOrder(t *testing.T) {
	tokens := map[string]string{}
	for n, name := range []string{"ada", "bob"} {
		tokens[name] = drawn(rand.New(rand.NewPCG(7, uint64(n))), 40, alphanumeric)
	}
	service := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", ofJSON)
		if user := req.URL.Query().Get("user"); user != "" {
			_, _ = fmt.Fprintf(w, `{"access_token":"%s"}`, tokens[user])
			return
		}
		for name, token := range tokens {
			if strings.Contains(req.Header.Get("Authorization"), token) {
				_, _ = fmt.Fprintf(w, `{"data":"of %s"}`, name)
			}
		}
	})
	for name, restore := range map[string]func(placeholder string) string{
		"a value for each": func(placeholder string) string { return "usable-" + strings.Trim(placeholder, "[]") },
		"a JSON web token for each": func(placeholder string) string {
			return "eyJhbGciOiJub25lIn0." + hex.EncodeToString([]byte(placeholder)) + "."
		},
		"some kept": func(placeholder string) string {
			if strings.Contains(placeholder, ":2]") {
				return placeholder
			}
			return "usable-token"
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := &agentRig{rig: newRig(t, service)}
			program := func(cfg recorder.Config, order ...string) {
				a.session = a.open(cfg)
				defer func() { a.end(a.session, true) }()
				given := map[string]string{}
				for _, name := range order {
					answer, _ := a.send(http.MethodPost, "/login?user="+name, "", "")
					given[name] = fmt.Sprint(inJSON(t, answer, "access_token"))
				}
				for _, name := range order {
					got, _ := a.send(http.MethodGet, "/data", "", "", "Authorization", "Bearer "+given[name])
					equal(t, "data of "+name, got, `{"data":"of `+name+`"}`)
				}
			}
			program(recorder.Config{}, "ada", "bob")
			a.Origin.Close()
			replay := recorder.Config{Mode: recorder.None, RestoreOnReplay: restore}
			program(replay, "ada", "bob")
			program(replay, "bob", "ada")
		})
	}
	t.Run("one value for all", func(t *testing.T) {
		a := &agentRig{rig: newRig(t, service)}
		for _, cfg := range []recorder.Config{{}, {Mode: recorder.None, RestoreOnReplay: func(string) string { return "usable-token" }}} {
			a.session = a.open(cfg)
			for _, name := range []string{"ada", "bob"} {
				answer, _ := a.send(http.MethodPost, "/login?user="+name, "", "")
				got, _ := a.send(http.MethodGet, "/data", "", "", "Authorization", "Bearer "+fmt.Sprint(inJSON(t, answer, "access_token")))
				equal(t, "data of "+name, got, `{"data":"of `+name+`"}`)
			}
			a.end(a.session, true)
		}
	})
}

// An API whose parameters are called key and token, and hold no secrets.
func TestKeysAndTokensOfAnAPI(t *testing.T) {
	store := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		_, _ = fmt.Fprintf(w, "value of %s %s", req.URL.RawQuery, body)
	})
	asks := [][2]string{
		{"/list", ""},
		{"/kv?key=customers/alice", ""}, {"/kv?key=customers/robert", ""}, {"/kv?key=config.yaml", ""}, {"/kv?key=PROJ-1234", ""},
		{"/pages?token=page-2-of-the-list", ""}, {"/pages?token=page-3-of-the-list", ""},
		{"/chain?token=0xDEADBEEF00000000000000000000000000000001", ""}, {"/chain?token=0xDEADBEEF00000000000000000000000000000002", ""},
		{"/pages?page_token=" + drawn(rand.New(rand.NewPCG(6, 1)), 40, alphanumeric), ""}, {"/pages?page_token=" + drawn(rand.New(rand.NewPCG(6, 2)), 40, alphanumeric), ""},
		{"/kv", `{"key":"customers/alice"}`}, {"/kv", `{"key":"customers/robert"}`},
		{"/kv", `{"key":"` + drawn(rand.New(rand.NewPCG(6, 3)), 24, alphanumeric) + `"}`}, {"/kv", `{"key":"` + drawn(rand.New(rand.NewPCG(6, 4)), 24, alphanumeric) + `"}`},
		{"/list", `{"token":"Hello"}`}, {"/list", `{"token":"world"}`},
	}
	ask := func(a *agentRig, n int) string {
		got, _ := a.send(http.MethodPost, asks[n][0], ofJSON, asks[n][1])
		_, query, _ := strings.Cut(asks[n][0], "?")
		equal(t, asks[n][0], got, "value of "+query+" "+asks[n][1])
		return got
	}
	backwards := false
	recordAndReplay(t, store, func(a *agentRig) {
		for n := range asks {
			if backwards {
				n = len(asks) - 1 - n
			}
			ask(a, n)
		}
		backwards = true
	}, func(a *agentRig) string {
		for _, never := range [][2]string{
			{"/kv?key=never.recorded", ""}, {"/kv?key=customers/eve", ""}, {"/pages?token=page-4-of-the-list", ""},
			{"/chain?token=0xDEADBEEF00000000000000000000000000000003", ""}, {"/kv", `{"key":"customers/eve"}`}, {"/list", `{"token":"Hullo"}`},
		} {
			if got, _ := a.send(http.MethodPost, never[0], ofJSON, never[1]); got != "miss" {
				return never[0] + ": " + got
			}
		}
		return "miss"
	})
}

// standIns reads the answers of providers from the stand-ins of the examples.
func standIns(t *testing.T) (answers []*http.Response, bodies []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.FromSlash("../../examples/sdk/*/testdata/*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range regexp.MustCompile(`(?m)^-- response.* --\n`).Split(string(text), -1)[1:] {
			section, _, _ = strings.Cut(section, "\n-- request --\n")
			resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(section+"\n")), nil)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			answers, bodies = append(answers, resp), append(bodies, string(body))
		}
	}
	return answers, bodies
}

// Conversations with providers are byte for byte the same when they are recorded and
// when they are replayed, and as the providers sent them.
func TestConversationsStay(t *testing.T) {
	const fewest = 30
	answers, bodies := standIns(t)
	if len(bodies) < fewest {
		t.Fatalf("%d stand-ins", len(bodies))
	}
	provider := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var number int
		if _, err := fmt.Sscanf(req.URL.Path, "/%d", &number); err != nil {
			vcrtest.Chat().ServeHTTP(w, req)
			return
		}
		for name, values := range answers[number].Header {
			w.Header()[name] = values
		}
		w.WriteHeader(answers[number].StatusCode)
		_, _ = io.WriteString(w, bodies[number])
	})
	history := func(prompt string, stream bool) string {
		return fmt.Sprintf(`{"model":"gpt-4o-mini","stream":%v,"max_tokens":50,"messages":[{"role":"system","content":"Your password is a secret; the token is Bearer of news."},{"role":"user","content":%s}]}`, stream, quote(prompt))
	}
	prompts := []string{
		"What is the capital of France?", "Say password=mellon, api_key: 'x' and {\"token\":\"abc\"}.", "curl -H 'Authorization: Bearer $TOKEN' https://h",
		"sk-whatever, ghp_ and AKIAIOSFODNN7EXAMPLE are no keys", "[redacted:authorization] is quoted here", "commit " + drawn(rand.New(rand.NewPCG(7, 7)), 40, hexadecimal),
		drawn(rand.New(rand.NewPCG(7, 8)), 4000, alphanumeric), "user:password@host and postgres://user:password@localhost/db",
	}
	recorded, replayed, tape := recordAndReplay(t, provider, func(a *agentRig) {
		for number := range bodies {
			got, _ := a.send(http.MethodPost, fmt.Sprint("/", number), ofJSON, history("Hi.", false), "Authorization", "Bearer "+a.key)
			equal(t, fmt.Sprint("stand-in ", number), got, bodies[number])
		}
		for _, prompt := range prompts {
			for _, stream := range []bool{false, true} {
				a.send(http.MethodPost, "/v1/chat/completions", ofJSON, history(prompt, stream), "Authorization", "Bearer "+a.key)
			}
		}
	}, func(a *agentRig) string {
		got, _ := a.send(http.MethodPost, "/v1/chat/completions", ofJSON, history("What is the capital of Spain?", false), "Authorization", "Bearer "+a.key)
		return got
	})
	equalSaid(t, recorded, replayed)
	if bytes.Contains([]byte(tape), []byte("planted")) {
		t.Error("a secret of the stand-ins is on the tape")
	}
}
