package redaction_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// Two values that are drawn at random. No format knows them.
const (
	q7 = "q7zt3vkx9lmb2r4wd8hs"
	k4 = "k4Fw9TzQ2bXe7LmR1vNs"
)

// answered returns what is on the tape of a body that was received, and of one that was
// sent.
func onTape(t *testing.T, r *redaction.Redactor, contentType, body string) (got string) {
	t.Helper()
	i := providers[0].exchange()
	i.Request.URL = "https://api.example.com/v1/things"
	i.Request.Header["Content-Type"] = []string{contentType}
	i.Request.Body = cassette.NewBody([]byte(body))
	received(i, contentType, body)
	r.Interaction(i)
	r.Finish([]*cassette.Interaction{i})
	if got, want := i.Request.Body.String(), i.Response.Body.String(); got != want {
		t.Errorf("sent and received differ:\n%s\n%s", got, want)
	}
	return i.Response.Body.String()
}

func TestBodies(t *testing.T) {
	const ofXML, ofYAML, ofText, ofHTML = "text/xml", "application/yaml", "text/plain", "text/html; charset=utf-8"
	for _, c := range []struct{ name, contentType, body, want string }{
		{"realtime session", ofJSON, `{"id":"sess_1","model":"gpt-4o-realtime","client_secret":{"value":"ek_short","expires_at":1}}`, `{"id":"sess_1","model":"gpt-4o-realtime","client_secret":{"value":"[redacted:client_secret]","expires_at":1}}`},
		{"array", ofJSON, `{"api_key":["` + q7 + `","` + k4 + `"]}`, `{"api_key":["[redacted:api_key]","[redacted:api_key:2]"]}`},
		{"plural", ofJSON, `{"api_keys":["` + q7 + `"],"tokens":["Hello","` + k4 + `"]}`, `{"api_keys":["[redacted:api_keys]"],"tokens":["Hello","` + k4 + `"]}`},
		{"object", ofJSON, `{"credentials":{"id":"` + k4 + `","name":"main","type":"aws","blob":"` + q7 + `","note":"for tests"}}`, `{"credentials":{"id":"` + k4 + `","name":"main","type":"aws","blob":"[redacted:credentials]","note":"for tests"}}`},
		{"pair", ofJSON, `{"env":[{"name":"DB_PASSWORD","value":"mellon-99"},{"name":"MODE","value":"mellon-98"},{"value":"mellon-97","name":"API_TOKEN"}]}`, `{"env":[{"name":"DB_PASSWORD","value":"[redacted:db_password]"},{"name":"MODE","value":"mellon-98"},{"value":"[redacted:api_token]","name":"API_TOKEN"}]}`},
		{"IMDS", ofJSON, `{"Code":"Success","AccessKeyId":"x","SecretAccessKey":"` + q7 + `","Token":"` + k4 + `"}`, `{"Code":"Success","AccessKeyId":"x","SecretAccessKey":"[redacted:secretaccesskey]","Token":"[redacted:token]"}`},
		{"Cognito, ECR, OAuth, Vault", ofJSON, `{"SecretKey":"abcdef-1","authorizationToken":"abcdef-2","device_code":"abcdef-3","user_code":"WDJB-MJHT","auth":{"client_token":"abcdef-4","lease":"x"}}`,
			`{"SecretKey":"[redacted:secretkey]","authorizationToken":"[redacted:authorizationtoken]","device_code":"[redacted:device_code]","user_code":"WDJB-MJHT","auth":{"client_token":"[redacted:client_token]","lease":"x"}}`},
		{"schema", ofJSON, `{"properties":{"password":{"type":"string","description":"The password","format":"password"},"api_key":{"type":"string"}}}`, `{"properties":{"password":{"type":"string","description":"The password","format":"password"},"api_key":{"type":"string"}}}`},
		{"words of documentation", ofJSON, `{"password":"string","private_key":"null"}`, `{"password":"string","private_key":"null"}`},
		{"other JSON with generic containers", ofJSON, `{"items":[{"password":"mellon-1"}],"properties":{"adminPassword":"mellon-2"},"response":{"access_token":"mellon-3"}}`,
			`{"items":[{"password":"[redacted:password]"}],"properties":{"adminPassword":"[redacted:adminpassword]"},"response":{"access_token":"[redacted:access_token]"}}`},

		{"STS", ofXML, "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<Credentials><AccessKeyId>x</AccessKeyId><SecretAccessKey>" + q7 + "</SecretAccessKey>\n<SessionToken>  " + k4 + "\n</SessionToken><Expiration>2019-11-09T13:34:41Z</Expiration></Credentials>",
			"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<Credentials><AccessKeyId>x</AccessKeyId><SecretAccessKey>[redacted:secretaccesskey]</SecretAccessKey>\n<SessionToken>  [redacted:sessiontoken]\n</SessionToken><Expiration>2019-11-09T13:34:41Z</Expiration></Credentials>"},
		{"XML that breaks off", ofXML, "<?xml version=\"1.0\"?><a:Login a:password=\"mellon-1\"><b:Secret>mellon-2", "<?xml version=\"1.0\"?><a:Login a:password=\"[redacted:password]\"><b:Secret>[redacted:secret]"},
		{"CDATA and pages", ofXML, "<list><Key>photos/a.png</Key><NextContinuationToken>" + q7 + "</NextContinuationToken><Password><![CDATA[mellon-3]]></Password><Signature>" + k4 + "</Signature></list>", "<list><Key>photos/a.png</Key><NextContinuationToken>" + q7 + "</NextContinuationToken><Password><![CDATA[[redacted:password]]]></Password><Signature>" + k4 + "</Signature></list>"},
		{"HTML", ofHTML, `<!DOCTYPE html><form><input type="hidden" name="csrf_token" value="` + q7 + `"><input type="password" name="password"><input value='` + k4 + `' name=page></form><meta name="csrf-token" content="mellon-4">`,
			`<!DOCTYPE html><form><input type="hidden" name="csrf_token" value="[redacted:csrf_token]"><input type="password" name="password"><input value='` + k4 + `' name=page></form><meta name="csrf-token" content="[redacted:csrf-token]">`},

		{"XML in an element with a secret name", ofXML, "<a><Token><v>" + q7 + "</v><id>" + k4 + "</id></Token><v>" + q7 + "x</v><Empty><Secret></Secret></Empty><v>" + k4 + "y</v></a>", "<a><Token><v>[redacted:token]</v><id>" + k4 + "</id></Token><v>[redacted:token]x</v><Empty><Secret></Secret></Empty><v>" + k4 + "y</v></a>"},
		{"pairs in XML", ofXML, `<a><add key="password" value="mellon-1"/><add key="mode" value="mellon-2"/><entry><key>password</key><value>mellon-3</value></entry><key>ApiKey</key><string>mellon-4</string><name>api_token</name><note>x</note><value>` + q7 + `</value></a>`,
			`<a><add key="password" value="[redacted:password]"/><add key="mode" value="mellon-2"/><entry><key>password</key><value>[redacted:password:2]</value></entry><key>ApiKey</key><string>[redacted:apikey]</string><name>api_token</name><note>x</note><value>` + q7 + `</value></a>`},
		{"data that hold elements", ofXML, "<a><data><![CDATA[<Password>mellon-1</Password>]]></data></a>", "<a><data><![CDATA[<Password>[redacted:password]</Password>]]></data></a>"},
		{"HTML without quotes", ofHTML, `<form><input value='` + q7 + `' name=csrf_token><input name=session_token value=` + k4 + `><input name=a value=b/></form>`, `<form><input value='[redacted:csrf_token]' name=csrf_token><input name=session_token value=[redacted:session_token]><input name=a value=b/></form>`},
		{"YAML", ofYAML, "db:\n  user: me\n  password: mellon-1\n  port: 5432\nenv:\n- name: API_TOKEN\n  value: \"mellon-2\"\n- name: MODE\n  value: fast\nsecret: \ndescription: the password: is nice\n",
			"db:\n  user: me\n  password: [redacted:password]\n  port: 5432\nenv:\n- name: API_TOKEN\n  value: \"[redacted:api_token]\"\n- name: MODE\n  value: fast\nsecret: \ndescription: the password: is nice\n"},
		{"YAML blocks", ofYAML, "a:\n- secret: >-\n    mellon-1\n  mode: |\n    mellon-2\n  api_keys:\n  - " + q7 + "\n  - '" + k4 + "'\npassword: |2-\n  mellon-3\n\n  mellon-4\nsecrets:\n  - db_password\ntokens:\n - hello\n - " + k4 + "y9\npassword:\n  - at least 8\ntoken:\n  id: " + q7 + "z\nsecret: >\n  mellon 5\n",
			"a:\n- secret: >-\n    [redacted:secret]\n  mode: |\n    mellon-2\n  api_keys:\n  - [redacted:api_keys]\n  - '[redacted:api_keys:2]'\npassword: |2-\n  [redacted:password]\n\n  [redacted:password:2]\nsecrets:\n  - db_password\ntokens:\n - hello\n - [redacted:tokens]\npassword:\n  - at least 8\ntoken:\n  id: [redacted:api_keys]z\nsecret: >\n  [redacted:secret:2]\n"},
		{"Dockerfile", ofText, "FROM x\nENV API_KEY mellon-1\nENV MODE mellon-2\nsetenv MY_TOKEN mellon-3\nset PASSWORD mellon-4\nENV API_KEY=mellon-5\n", "FROM x\nENV API_KEY [redacted:api_key]\nENV MODE mellon-2\nsetenv MY_TOKEN [redacted:my_token]\nset PASSWORD mellon-4\nENV API_KEY=[redacted:api_key:2]\n"},
		{".netrc", ofText, "machine h login me password mellon-1\nmachine i\n  login me\n  password " + q7 + "\n", "machine h login me password [redacted:password]\nmachine i\n  login me\n  password [redacted:password:2]\n"},
		{"headers of parts", boundary, "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\nX-Token: mellon-1\r\nX-Own: Bearer mellon-2\r\n\r\nX-Token: " + q7 + "z\r\n--cut\r\nAuthorization:mellon-3\r\n\r\nb\r\n--cut--\r\n", "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\nX-Token: [redacted:x-token]\r\nX-Own: [redacted:x-own]\r\n\r\nX-Token: [redacted:x-token:2]\r\n--cut\r\nAuthorization:[redacted:authorization]\r\n\r\nb\r\n--cut--\r\n"},
		{".env", ofText, "# mine\nCOHERE_API_KEY=mellon-1\nexport MY_TOKEN='mellon-2'\r\nMODE=fast\nMAX_TOKENS=5\nPASSWORD=$(pass show x)\n", "# mine\nCOHERE_API_KEY=[redacted:cohere_api_key]\nexport MY_TOKEN='[redacted:my_token]'\r\nMODE=fast\nMAX_TOKENS=5\nPASSWORD=$(pass show x)\n"},
		{"connection strings", ofText, "Server=db;User Id=me;Password=mellon-1;Encrypt=true and host=db user=me password=mellon-2 dbname=x and me:mellon-3@tcp(127.0.0.1:3306)/db",
			"Server=db;User Id=me;Password=[redacted:password];Encrypt=true and host=db user=me password=[redacted:password:2] dbname=x and me:[redacted:password:3]@tcp(127.0.0.1:3306)/db"},
		{"prose", ofText, "the password is \"swordfish\", said api_key=1\nToken: the token\nNote: password = what you like\n", "the password is \"swordfish\", said api_key=1\nToken: the token\nNote: password = what you like\n"},

		{"Python", ofText, `{'access_token': 'mellon-1', 'n': 1, "session_token": 'mel\'lon-2', 'api_key': b'mellon-3', 'note': 'mellon-4'}`, `{'access_token': '[redacted:access_token]', 'n': 1, "session_token": '[redacted:session_token]', 'api_key': b'[redacted:api_key]', 'note': 'mellon-4'}`},
		{"Python in a list that is called JSON", ofJSON, `[{'access_token':'mellon-1'}]`, `[{'access_token':'[redacted:access_token]'}]`},
		{"JavaScript", ofJSON, `{ client_secret: "mellon-1", password: ` + k4 + `, token: get() }`, `{ client_secret: "[redacted:client_secret]", password: [redacted:password], token: get() }`},
		{"JavaScript of several lines", ofText, "{\n  clientSecret: \"mellon-1\",\n  'apiKey' : `mellon-2`,\n  password: process.env.PASSWORD,\n}", "{\n  clientSecret: \"[redacted:clientsecret]\",\n  'apiKey' : `[redacted:apikey]`,\n  password: process.env.PASSWORD,\n}"},
		{"Ruby", ofText, `{"access_token"=>"mellon-1", :secret => 'mellon-2'}`, `{"access_token"=>"[redacted:access_token]", :secret => '[redacted:secret]'}`},
		{"YAML in one line", ofYAML, "a: {password: " + k4 + ", mode: b, token: " + q7 + "}\nb: the token: " + q7 + "z", "a: {password: [redacted:password], mode: b, token: [redacted:token]}\nb: the token: [redacted:token]z"},
		{"a dump of curl", ofText, "> GET / HTTP/1.1\r\n> X-Own: a\r\n> x-api-key: mellon-1\r\n< Set-Cookie: a=" + q7 + "\r\n", "> GET / HTTP/1.1\r\n> X-Own: a\r\n> x-api-key: [redacted:x-api-key]\r\n< Set-Cookie: [redacted:set-cookie]\r\n"},
		{"objects in a log", ofText, `12:04 got {'access_token': '` + q7 + `', 'password': 'mellon-1'} from h`, `12:04 got {'access_token': '[redacted:access_token]', 'password': 'mellon-1'} from h`},
		{"options", ofText, "curl --api-key=" + q7 + " and x --token " + k4 + " y --password 'mellon-1' --key-file /a/" + q7 + " --max-tokens=5\n--secret \"" + q7 + "\" -token=" + k4 + " -api-key " + q7, "curl --api-key=[redacted:api-key] and x --token [redacted:token] y --password 'mellon-1' --key-file /a/[redacted:api-key] --max-tokens=5\n--secret \"[redacted:api-key]\" -token=[redacted:token] -api-key [redacted:api-key]"},
		{"options in JSON", ofJSON, `{"cmd":"a\nx --token ` + q7 + `","argv":["x","--api-key","` + k4 + `","--api-key","mellon-1","--secret=` + k4 + `9"],"messages":[{"content":"x --token \"` + q7 + `a\""}]}`, `{"cmd":"a\nx --token [redacted:token]","argv":["x","--api-key","[redacted:api-key]","--api-key","mellon-1","--secret=[redacted:secret]"],"messages":[{"content":"x --token \"[redacted:token:2]\""}]}`},
		{"colours", ofText, "\x1b[32mAPI_KEY=" + q7 + "\x1b[0m\nx\n\x1b[31mX_TOKEN=" + k4 + "\nA_KEY=\x1b[31m" + q7 + "\x1b[0m\n\x1b[32mAPI_KEY\x1b[0m=" + k4 + "\n\x1b[1mtoken: \x1b[0m" + q7 + "\n\x1b[1;34m\"access_token\"\x1b[0m:\x1b[32m\"mellon-1\"\x1b[0m",
			"\x1b[32mAPI_KEY=[redacted:api_key]\x1b[0m\nx\n\x1b[31mX_TOKEN=[redacted:x_token]\nA_KEY=\x1b[31m[redacted:api_key]\x1b[0m\n\x1b[32mAPI_KEY\x1b[0m=[redacted:x_token]\n\x1b[1mtoken: \x1b[0m[redacted:api_key]\n\x1b[1;34m\"access_token\"\x1b[0m:\x1b[32m\"[redacted:access_token]\"\x1b[0m"},
		{"colours in a value", ofText, "\x1b[2mAPI_KEY=\x1b[1m" + q7[:9] + "\x1b[31m" + q7[9:] + "\x1b[0m and \x1b\x1b[", "\x1b[2mAPI_KEY=\x1b[1m[redacted:api_key]\x1b[0m and \x1b\x1b["},
		{"colours in JSON", ofJSON, `{"log":"ok \u001b[31mX_TOKEN=` + q7 + `\u001b[0m, \u001b[32mAPI_KEY\u001b[0m=` + k4 + `"}`, `{"log":"ok \u001b[31mX_TOKEN=[redacted:x_token]\u001b[0m, \u001b[32mAPI_KEY\u001b[0m=[redacted:api_key]"}`},

		{"signed URLs", ofJSON, `{"s3":"https://b.s3.amazonaws.com/o?X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=` + q7 + `","gcs":"https://storage.googleapis.com/b/o?GoogleAccessId=a%40b\u0026Expires=1\u0026Signature=` + k4 + `%2B%3D","cf":"https://d.cloudfront.net/a?Policy=eyJT&Signature=` + q7 + `&Key-Pair-Id=APKA"}`,
			`{"s3":"https://b.s3.amazonaws.com/o?X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=[redacted:x-amz-signature]","gcs":"https://storage.googleapis.com/b/o?GoogleAccessId=a%40b\u0026Expires=1\u0026Signature=[redacted:signature]","cf":"https://d.cloudfront.net/a?Policy=eyJT&Signature=[redacted:x-amz-signature]&Key-Pair-Id=APKA"}`},
		{"fragments", ofText, "see https://app.example.com/cb#access_token=mellon-1&scope=a and https://h/a#part and # heading=1", "see https://app.example.com/cb#access_token=[redacted:access_token]&scope=a and https://h/a#part and # heading=1"},

		{"form of OAuth", ofForm, "grant_type=authorization_code&code=" + q7 + "&redirect_uri=https%3A%2F%2Fh&code_verifier=mellon-1&client_id=x", "grant_type=authorization_code&code=[redacted:code]&redirect_uri=https%3A%2F%2Fh&code_verifier=[redacted:code_verifier]&client_id=x"},
		{"form", ofForm, "code=" + q7 + "&a=b&assertion=the+sky+is+blue", "code=" + q7 + "&a=b&assertion=the+sky+is+blue"},
	} {
		if got := onTape(t, redactor(nil), c.contentType, c.body); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// What a model or a person said stays, whatever the names in it are. All bodies here
// are read as they are.
func TestSaidBodiesStay(t *testing.T) {
	const args = `{"assertion":"The sky is blue","password":"mellon","token":"` + q7 + `","api_key":"` + k4 + `","private_key":"my own one"}`
	in := quote(args)
	half := len(in) / 2
	for name, body := range map[string]string{
		"arguments of OpenAI": `{"id":"x","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"door","arguments":` + in + `}}]}}]}`,
		"messages of OpenAI":  `{"model":"m","messages":[{"role":"tool","tool_call_id":"c","content":` + in + `},{"role":"user","content":[{"type":"text","text":` + in + `}]}]}`,
		"input of Anthropic":  `{"type":"message","role":"assistant","content":[{"type":"tool_use","id":"t","name":"door","input":` + args + `}]}`,
		"args of Gemini":      `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"door","args":` + args + `}}]}}]}`,
		"responses of Gemini": `{"contents":[{"parts":[{"functionResponse":{"name":"door","response":` + args + `}}]}]}`,
		"items of OpenAI":     `{"object":"response","model":"m","output":[{"type":"function_call","arguments":` + in + `}],"input":[` + args + `]}`,
		"tools of MCP":        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"door","arguments":` + args + `}}`,
		"results of MCP":      `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":` + in + `}],"structuredContent":{}}}`,
		"schema":              `{"model":"m","tools":[{"name":"login","input_schema":{"type":"object","properties":{"password":{"type":"string","description":"mellon or so"}},"required":["password"]}}]}`,
		"documents of Cohere": `{"model":"m","documents":[` + args + `],"query":"q"}`,
		"Bedrock":             `{"messages":[{"role":"user","content":[{"toolResult":{"content":[{"json":` + args + `}]}}]}]}`,
		"JSON in strings":     `{"note":` + quote(`{"inner":`+in+`}`) + `}`,
		"thoughts":            `{"candidates":[{"content":{"parts":[{"text":"x","thoughtSignature":"` + q7 + k4 + `"}]}}],"signature":"` + q7 + `","encrypted_content":"` + k4 + `"}`,
	} {
		if got := onTape(t, redactor(nil), ofJSON, body); got != body {
			t.Errorf("%s: got %s", name, got)
		}
	}
	for name, events := range map[string]string{
		"OpenAI":    `{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":%s}}]}}]}`,
		"Anthropic": `{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":%s}}`,
		"Responses": `{"type":"response.function_call_arguments.delta","delta":%s}`,
	} {
		body := "data: " + fmt.Sprintf(events, in[:half]+`"`) + "\n\ndata: " + fmt.Sprintf(events, `"`+in[half:]) + "\n\n"
		if strings.HasSuffix(in[:half], `\`) {
			t.Fatal("cut in an escape")
		}
		if got := onTape(t, redactor(nil), ofSSE, body); got != body {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, body)
		}
	}
}

// In the output of tools, configuration and commands are secret if they are drawn.
func TestWrittenInOutputOfTools(t *testing.T) {
	for text, want := range map[string]string{
		"MODE=fast\nCOHERE_API_KEY=" + q7 + "\nexport MY_TOKEN=\"" + k4 + "\"\n":           "MODE=fast\nCOHERE_API_KEY=[redacted:cohere_api_key]\nexport MY_TOKEN=\"[redacted:my_token]\"\n",
		"curl -H 'Authorization: Bearer " + q7 + "' https://h":                             "curl -H 'Authorization: Bearer [redacted:authorization]' https://h",
		"curl -H \"X-Api-Key: " + q7 + "\" -u me:" + k4 + " https://h":                     "curl -H \"X-Api-Key: [redacted:x-api-key]\" -u me:[redacted:authorization] https://h",
		"curl --header 'authorization: bearer " + q7 + "' --user me:" + k4:                 "curl --header 'authorization: bearer [redacted:authorization]' --user me:[redacted:authorization:2]",
		"> Authorization: Basic dXNlcjpxN3p0M3ZreDlsbWIycjR3ZDhocw==":                      "> Authorization: Basic [redacted:authorization]",
		"host=db user=me password=" + q7 + " dbname=x":                                     "host=db user=me password=[redacted:password] dbname=x",
		"Server=db;User Id=me;Password=" + q7 + ";":                                        "Server=db;User Id=me;Password=[redacted:password];",
		"me:" + q7 + "@tcp(127.0.0.1:3306)/db":                                             "me:[redacted:password]@tcp(127.0.0.1:3306)/db",
		"get https://h/f?sv=1&sp=r&sig=" + q7 + "%3D now":                                  "get https://h/f?sv=1&sp=r&sig=[redacted:sig] now",
		"COHERE_API_KEY=your-key\nexport TOKEN=$(cat x)\npassword=mellon; api_key = get()": "",
		"curl -H 'Authorization: Bearer $TOKEN' -u me:mellon https://h?token=a":            "",
		"password: mellon, token = " + q7 + " and \"secret\": \"" + k4 + "\"":              "",
		"docker run -u 1000:1000 me:you@tcp(h)":                                            "",
	} {
		if want == "" {
			want = text
		}
		for _, format := range []string{`{"messages":[{"role":"tool","content":%s}]}`, `{"choices":[{"message":{"content":%s}}]}`, `{"stdout":%s}`} {
			if got, want := onTape(t, redactor(nil), ofJSON, fmt.Sprintf(format, quote(text))), fmt.Sprintf(format, quote(want)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
}

func TestURLsByValue(t *testing.T) {
	for raw, want := range map[string]string{
		"https://h/?key=customers/alice":                                                "",
		"https://h/?token=page-2-of-the-list":                                           "",
		"https://h/?token=0xDEADBEEF0123456789abcdef0123456789abcdef":                   "",
		"https://h/?key=never.recorded":                                                 "",
		"https://h/?code=abc&state=open":                                                "",
		"https://h/?key=" + q7:                                                          "https://h/?key=[redacted:key]",
		"https://maps.googleapis.com/maps?key=dummy-key":                                "https://maps.googleapis.com/maps?key=[redacted:key]",
		"https://h/cb?code=" + q7 + "&state=" + k4:                                      "https://h/cb?code=[redacted:code]&state=[redacted:state]",
		"https://h/callback?code=" + q7:                                                 "https://h/callback?code=[redacted:code]",
		"https://h/api/auth/github?code=" + q7 + "&scope=a":                             "https://h/api/auth/github?code=[redacted:code]&scope=a",
		"https://mine.azurewebsites.net/api/f?code=mellon-1":                            "https://mine.azurewebsites.net/api/f?code=[redacted:code]",
		"https://h/callback?code=open":                                                  "",
		"https://h/cb#id_token=mellon&state=a":                                          "https://h/cb#id_token=[redacted:id_token]&state=a",
		"https://h/?AWSAccessKeyId=x&Expires=1&Signature=" + q7 + "%3D":                 "https://h/?AWSAccessKeyId=x&Expires=1&Signature=[redacted:signature]",
		"https://h/?OSSAccessKeyId=x&Signature=" + q7 + "&security-token=mellon":        "https://h/?OSSAccessKeyId=x&Signature=[redacted:signature]&security-token=[redacted:security-token]",
		"https://h/?q-ak=x&q-sign-time=1;2&q-signature=mellon&x-cos-security-token=abx": "https://h/?q-ak=x&q-sign-time=1;2&q-signature=[redacted:q-signature]&x-cos-security-token=[redacted:x-cos-security-token]",
		"https://h/?X-Goog-Credential=abx%2F2026&X-Goog-Signature=0a&X-Goog-Date=1":     "https://h/?X-Goog-Credential=[redacted:x-goog-credential]&X-Goog-Signature=[redacted:x-goog-signature]&X-Goog-Date=1",
		"https://h/?sv=2020&skoid=5b1e4a9c-1111-4222-8333-444455556666&sig=" + q7:       "https://h/?sv=2020&skoid=5b1e4a9c-1111-4222-8333-444455556666&sig=[redacted:sig]",
	} {
		if want == "" {
			want = raw
		}
		i := &cassette.Interaction{Request: cassette.Request{URL: raw}, Response: cassette.Response{Header: http.Header{"Location": {raw}}}}
		redactor(nil).Interaction(i)
		if i.Request.URL != want || i.Response.Header.Get("Location") != want && !strings.Contains(raw, "dummy") {
			t.Errorf("got  %s\nand  %s\nwant %s", i.Request.URL, i.Response.Header.Get("Location"), want)
		}
	}
}

// A code alone may be that of a voucher in a request, and is that of OAuth in a Location.
func TestCodes(t *testing.T) {
	const raw = "https://shop.example/vouchers?code=" + q7
	i := &cassette.Interaction{Request: cassette.Request{URL: raw}, Response: cassette.Response{Header: http.Header{"Location": {strings.ReplaceAll(raw, q7, k4)}}}}
	redactor(nil).Interaction(i)
	if got := i.Request.URL + " " + i.Response.Header.Get("Location"); got != raw+" https://shop.example/vouchers?code=[redacted:code]" {
		t.Errorf("got %s", got)
	}
	for body, want := range map[string]string{
		`{"grant_type":"authorization_code","code":"` + q7 + `"}`:      `{"grant_type":"authorization_code","code":"[redacted:code]"}`,
		`{"code":"` + q7 + `","redirect_uri":"https://h/"}`:            `{"code":"[redacted:code]","redirect_uri":"https://h/"}`,
		`{"code":"` + q7 + `","state":"open"}`:                         "",
		`{"code":"invalid_grant","client_id":"x"}`:                     "",
		`{"messages":[{"args":{"code":"` + q7 + `","client_id":""}}]}`: "",
	} {
		if want == "" {
			want = body
		}
		if got := onTape(t, redactor(nil), ofJSON, body); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What a tool is called with and what it answers stays in each dialect, without a model's
// body around it too.
func TestDialectsOfTools(t *testing.T) {
	for _, body := range []string{
		`{"toolCalls":[{"name":"login","parameters":{"password":"mellon"}}]}`,
		`{"tool_calls":[{"name":"login","parameters":{"password":"mellon"}}]}`,
		`{"toolUse":{"name":"login","toolUseId":"t1","input":{"password":"mellon"}}}`,
		`{"type":"tool_use","tool_use":{"input":{"api_key":"mellon"}}}`,
		`{"toolResult":{"toolUseId":"t1","json":{"password":"mellon"}}}`,
		`{"tool":"login","tool_input":{"password":"mellon"}}`,
		`{"action":"login","action_input":{"secret":"mellon"}}`,
		`{"tool_results":[{"call":{"name":"login","parameters":{"password":"mellon"}},"outputs":[{"access_token":"mellon"}]}]}`,
		`{"functionCall":{"name":"login","args":{"password":"mellon"}}}`,
		`{"functionResponse":{"name":"login","response":{"password":"mellon"}}}`,
		`{"tool_outputs":[{"tool_call_id":"a","output":{"password":"mellon"}}]}`,
	} {
		if got := onTape(t, redactor(nil), ofJSON, body); got != body {
			t.Errorf("%s became %s", body, got)
		}
	}
}

// Text for people stays in an answer, whatever its name; a passphrase does not.
func TestWording(t *testing.T) {
	for _, body := range []string{
		`{"errors":{"password":["can't be blank","is too short (minimum is 8 characters)"],"api_key":"must be present"}}`,
		`{"secret":"Secret is required."}`, `{"auth":{"password":"required"}}`, `{"labels":{"password":"Passwort"}}`, `{"password":"Forgot password?"}`,
		`{"password":"Passwort vergessen"}`, `{"password":"Mot de passe oublié ?"}`, `{"password":"密码"}`, `{"access_token":"The token has expired"}`,
		`{"client_secret":"Please enter at least 12 characters"}`, `{"password":"Password"}`, `{"password":"Password*"}`, `{"api_key":"Your API key"}`,
		`{"password":["This field may not be blank."]}`, `{"password":"doesn’t match"}`, `{"private_key":"invalid"}`,
	} {
		i := &cassette.Interaction{Response: cassette.Response{Header: http.Header{}}}
		received(i, ofJSON, body)
		redactor(nil).Interaction(i)
		if got := i.Response.Body.String(); got != body {
			t.Errorf("became %s", got)
		}
	}
	for _, value := range []string{
		"correct horse battery staple", "Correct Horse Battery Staple", "mellon", "Sesame", "abcd efgh ijkl mnop", "hunter2 hunter2", "is " + q7, "Key " + q7,
		"the4sky5is6blue", "Bearer mellon", "swordfish", "my pass word1 is2", "tiger-tiger burning-bright", "p@ss w0rd",
	} {
		i := &cassette.Interaction{Response: cassette.Response{Header: http.Header{}}}
		received(i, ofJSON, `{"password":`+quote(value)+`}`)
		redactor(nil).Interaction(i)
		if got := i.Response.Body.String(); got != `{"password":"[redacted:password]"}` {
			t.Errorf("%s is on the tape", value)
		}
		i = &cassette.Interaction{Request: cassette.Request{Header: http.Header{}}}
		sent(ofJSON, `{"password":"the sky is blue"}`)(i)
		redactor(nil).Interaction(i)
		if got := i.Request.Body.String(); got != `{"password":"[redacted:password]"}` {
			t.Errorf("got %s", got)
		}
	}
}

func TestHeadersByValue(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"X-Own", "Bearer mellon", "[redacted:x-own]"},
		{"X-Own", "token " + q7, "[redacted:x-own]"},
		{"X-Own", "ApiKey abc", "[redacted:x-own]"},
		{"X-Own", "Basic bWU6bWVsbG9u", "[redacted:x-own]"},
		{"X-Own", `Digest username="me", response="abc"`, "[redacted:x-own]"},
		{"X-Plan", "Basic monthly", "Basic monthly"},
		{"X-Policy", "Token bucket of ten", "Token bucket of ten"},
		{"X-Key", q7, "[redacted:x-key]"},
		{"X-Key", "customers/alice", "customers/alice"},
		{"X-Signature", "sha256=" + q7, "[redacted:x-signature]"},
		{"Idempotency-Key", q7, q7},
		{"X-Request-Id", q7, q7},
		{"Www-Authenticate", `Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull"`, `Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull"`},
		{"www-authenticate", `Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource"`, `Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource"`},
		{"Www-Authenticate", `Digest realm="a", nonce="` + q7 + `", opaque="` + k4 + `", qop="auth"`, `Digest realm="a", nonce="[redacted:nonce]", opaque="[redacted:opaque]", qop="auth"`},
		{"Set-Cookie", "lang=en; Path=/; Secure", "lang=en; Path=/; Secure"},
		{"Set-Cookie", "NEXT_LOCALE=pt-BR", "NEXT_LOCALE=pt-BR"},
		{"Set-Cookie", "seen=1; Path=/", "seen=1; Path=/"},
		{"Set-Cookie", "CookieConsent=true", "CookieConsent=true"},
		{"Set-Cookie", "sid=abc123; Path=/", "sid=[redacted:set-cookie]; Path=/"},
		{"Set-Cookie", "session=1", "session=[redacted:set-cookie]"},
		{"Set-Cookie", "user=alice", "user=[redacted:set-cookie]"},
		{"Set-Cookie", "theme=hunter2", "theme=[redacted:set-cookie]"},
		{"Set-Cookie", "lang=" + q7, "lang=[redacted:set-cookie]"},
		{"Set-Cookie", "en", "[redacted:set-cookie]"},
		{"Cookie", "lang=en; theme=dark-mode; region=us-east-1", "lang=en; theme=dark-mode; region=us-east-1"},
		{"Cookie", "lang=en; sid=abc123", "[redacted:cookie]"},
		{"Cookie", "en", "[redacted:cookie]"},
		{"Link", "<https://h/?page_token=abc&access_token=mellon>; rel=next", "<https://h/?page_token=abc&access_token=[redacted:access_token]>; rel=next"},
	} {
		i := &cassette.Interaction{Response: cassette.Response{Header: http.Header{c.name: {c.value}}}}
		redactor(nil).Interaction(i)
		if got := i.Response.Header[c.name][0]; got != c.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.name, c.value, got, c.want)
		}
	}
}

// A cookie of a word is not searched for in prose.
func TestCookiesOfWords(t *testing.T) {
	i := providers[0].exchange()
	i.Request.Header["Cookie"] = []string{"lang=english1; theme=dark-mode; id=" + q7}
	i.Response.Body = cassette.NewBody([]byte(`{"text":"english1 speakers in dark-mode see ` + q7 + `"}`))
	redactor(nil).Interaction(i)
	if got, want := i.Response.Body.String(), `{"text":"english1 speakers in dark-mode see [redacted:cookie:2]"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// An answer that only shows where a secret goes stays; a request that sends such a value
// instead of a real one matches the recording of the real one.
func TestDummies(t *testing.T) {
	const body = `{"access_token":"some-access-token","api_key":"your-api-key","password":"string","secret":"AKIAIOSFODNN7EXAMPLE"}`
	i := providers[0].exchange()
	i.Request.Body = cassette.NewBody([]byte(body))
	i.Response.Body = cassette.NewBody([]byte(body))
	redactor(nil).Interaction(i)
	if got := i.Response.Body.String(); got != body && !strings.Contains(got, "aws_access_key_id") { // formats decide on the last
		t.Errorf("got %s", got)
	}
	if got, want := i.Request.Body.String(), `{"access_token":"[redacted:access_token]","api_key":"[redacted:api_key]","password":"string","secret":"AKIAIOSFODNN7EXAMPLE"}`; got != want && !strings.Contains(got, "aws_access_key_id") {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestVariables(t *testing.T) {
	for _, c := range []struct{ name, value, secret string }{
		{"MY_TOKEN", q7 + "\n", q7}, {"MY_TOKEN", " \t'" + q7 + "' ", q7}, {"MY_TOKEN", "Bearer " + q7, q7}, {"BASIC_AUTH", "me:" + q7, q7},
		{"API_KEYS", k4 + ", " + q7, q7}, {"API_KEYS", q7 + "," + k4, q7},
		{"API_KEYS", q7 + "\n" + k4 + "\n", k4}, {"API_KEYS", q7 + "\r\n" + k4, q7}, {"API_KEYS", "'" + q7 + "',\n'" + k4 + "'\n", k4}, {"TWO_TOKENS", "Bearer " + k4 + "\n" + q7, q7},
		{"GCP_CREDENTIALS", `{"type":"service_account","private_key":"` + q7 + `"}`, q7},
		{"STORAGE_KEY", "/" + k4 + "+Aa1" + "/Zx9Yw8Vu7Ts6Rq5P==", "/" + k4 + "+Aa1" + "/Zx9Yw8Vu7Ts6Rq5P=="},
		{"DATABASE_URL", "postgres://me:" + q7 + "@db.example.com:5432/x", q7}, {"SENTRY_DSN", "https://" + q7 + "@o1.ingest.sentry.io/2", q7},
		{"HTTPS_PROXY", "http://me:mellon-99@proxy:3128", "mellon-99"}, {"ADO", "Server=db;Password=mellon-99;", "mellon-99"}, {"DSN", "me:mellon-99@tcp(db)/x", "mellon-99"},
		{"DB_PASS", "mellon-99", "mellon-99"}, {"MYSQL_PWD", "mellon-99", "mellon-99"}, {"GPG_PASSPHRASE", "correct-horse", "correct-horse"}, {"GITHUB_PAT", q7, q7},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(c.name, c.value)
			r, err := redaction.New(redaction.Rules{})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := r.Text("it is "+c.secret+"."), "it is [redacted:secret]."; got != want {
				t.Errorf("%q: got %s, want %s", c.value, got, want)
			}
		})
	}
	for name, value := range map[string]string{
		"PWD": "/home/me/project9a8b7c", "SSH_KEY": "/home/me/.ssh/id_ed25519", "TOKEN_LIMIT": "100000000", "DATABASE_URL": "https://example.com/oauth2/token",
		"PUBLIC_KEY": q7, "SESSION": "ubuntu-session", "AUTH": "kubernetes", "MAX_TOKENS": "123456789",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			r, _ := redaction.New(redaction.Rules{})
			if got := r.Text("it is " + value + "."); got != "it is "+value+"." {
				t.Errorf("%s: got %s", value, got)
			}
		})
	}
}

// The tapes of two people whose variables have other names, or none, are equal.
func TestTapesDoNotDependOnVariables(t *testing.T) {
	key := keyOf(35, alphanumeric, "AI", "za")(newRand())
	tape := func() string {
		r, _ := redaction.New(redaction.Rules{})
		interactions := []*cassette.Interaction{providers[0].exchange(), providers[0].exchange(), providers[0].exchange()}
		interactions[0].Request.Body = cassette.NewBody([]byte(`{"note":"before: ` + q7 + `, ` + key + `","twice":"` + strings.ToUpper(fmt.Sprintf("%x", q7)) + `"}`))
		interactions[0].Request.Header["X-Own"] = []string{q7}
		interactions[1].Request.Header["X-Api-Key"] = []string{q7}
		interactions[1].Response.Body = cassette.NewBody([]byte("after: " + q7))
		interactions[2].Request.URL += "?access_token=" + k4 + "&key=" + key
		for _, i := range interactions {
			r.Interaction(i)
		}
		r.Finish(interactions)
		return string((&cassette.Cassette{Interactions: interactions}).Encode())
	}
	want := tape()
	if !strings.Contains(want, "before: [redacted:x-api-key], [redacted:google_api_key]") || !strings.Contains(want, "access_token=[redacted:access_token]&key=[redacted:google_api_key]") || strings.Contains(want, q7) {
		t.Fatalf("got\n%s", want)
	}
	for _, names := range [][3]string{{"FANTASY_ANTHROPIC_API_KEY", "MY_TOKEN", "GEMINI_API_KEY"}, {"A_TOKEN", "Z_SECRET", "B_KEY"}} {
		t.Setenv(names[0], q7)
		t.Setenv(names[1], k4)
		t.Setenv(names[2], key)
		if got := tape(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	// In no place with a name, it has a neutral one.
	r, _ := redaction.New(redaction.Rules{})
	i := providers[0].exchange()
	i.Request.Body = cassette.NewBody([]byte(`{"note":"` + k4 + ` and ` + q7 + `"}`))
	r.Interaction(i)
	if got, want := i.Request.Body.String(), `{"note":"[redacted:secret] and [redacted:secret:2]"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
