package redaction

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction/samples"
)

// finds reports whether the key that follows some text is found as a whole, and as the
// only one.
func finds(kind, before, key, after string) bool {
	keys := keysIn([]byte(before + key + after))
	return len(keys) == 1 && keyFormats[keys[0].format].kind == kind && keys[0].from == len(before) && keys[0].to == len(before)+len(key)
}

// prefixed are the kinds that are known by themselves and may not be glued to words.
func prefixed() []samples.Kind {
	return slices.DeleteFunc(samples.All(), func(k samples.Kind) bool { return k.Before != "" || k.Name == "private key" })
}

func TestEveryFormatHasSamples(t *testing.T) {
	missing := map[string]bool{}
	for _, f := range keyFormats {
		missing[f.kind] = true
	}
	for _, k := range samples.All() {
		delete(missing, k.Name)
	}
	if len(missing) > 0 {
		t.Errorf("no samples of %v", missing)
	}
	if n := len(samples.All()); n < 180 {
		t.Errorf("%d kinds of samples", n)
	}
}

// No letters, digits or mixture of them is less a key than another.
func TestKeysNeedNotLookRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	drawn := 0
	for _, k := range samples.All() {
		for _, draw := range []func(*rand.Rand) string{k.Generate, k.Letters, k.Digits} {
			for range 50 {
				key := draw(r)
				if key == "" {
					break
				}
				drawn++
				if k.Name == "password in a URL" {
					if from, to, ok := urlPassword([]byte(k.Before+key+k.After), strings.Index(k.Before, urlPrefix), strings.Index(k.Before, urlPrefix)+3); !ok || from != len(k.Before) || to != from+len(key) {
						t.Errorf("%s: %q is not found", k.Name, key)
					}
					continue
				}
				if !finds(k.Name, k.Before, key, k.After) {
					t.Errorf("%s: %q is not found in %v", k.Name, key, keysIn([]byte(k.Before+key+k.After)))
				}
			}
		}
	}
	if drawn < 20_000 {
		t.Errorf("%d keys", drawn)
	}
}

func TestEdgesOfKeys(t *testing.T) {
	befores := []string{
		"", " ", `"`, "'", "`", "(", "=", ":", ": ", ",", ";", ">", "[", "/", "Bearer ", "key=", "“", "é", "文", "\x00", "\n", "\t",
		`\n`, `\t`, `\r\n`, `\\n`, `\\\\n`, `\"`, `\\\"`, `\/`,
		`\u003d`, `\u003D`, `\\u003d`, `\u00e9`, `\ud83d\ude00`, `\x3d`, "%3D", "%3d", "%20", "%22", "%0A", "%2F", "%253D", "%25253d", "%C3%A9",
		"\x1b[m", "\x1b[0m", "\x1b[31m", "\x1b[1;32m", "\x1b[38;5;196m", "\x1b[0m\x1b[K", "\x1b[2K",
		`\u001b[1;32m`, `\u001B[0m`, `\\u001b[1;32m`, `\x1b[31m`, `\033[31m`, `\e[0m`, "%1B[31m", "%1B%5B31m",
		"https://example.com/v1/", "https://example.com/v1?a=b&k=", "https://example.com/v1#k=", `{"a":"`, `{"a":"{\"b\":\"`, `{"a":"{\"b\":\"{\\\"c\\\":\\\"\\n`, "export KEY=", "-H 'Authorization: Bearer ",
	}
	afters := []string{
		"", " ", `"`, "'", "\n", `\n`, `\\n`, `\"`, `\\\"`, "&b=c", "%26b", "%20", `\u0026`, ", and", ". Then", ".", ";", ")", "<", "]", "}", "\x1b[0m", `\u001b[0m`, "é", "\x00", ":", "@example.com", "?", "#", "!", "*", "|",
	}
	r := rand.New(rand.NewPCG(23, 24))
	for _, k := range prefixed() {
		for _, draw := range []func(*rand.Rand) string{k.Generate, k.Letters, k.Digits} {
			key := draw(r)
			if key == "" {
				continue
			}
			for _, before := range befores {
				if !finds(k.Name, before, key, "") {
					t.Errorf("%s after %q: %q is not found", k.Name, before, key)
				}
			}
			for _, after := range afters {
				if !finds(k.Name, "", key, after) {
					t.Errorf("%s before %q: %q is not found", k.Name, after, key)
				}
			}
			for _, before := range []string{"a", "Z", "0", "-", "_", "word", "disk", `\u0061`, "%61", "%5F", "%2D", "%2561", "[32m", "[m"} {
				if finds(k.Name, before, key, "") {
					t.Errorf("%s after %q: %q is found", k.Name, before, key)
				}
			}
		}
	}
}

// Each format is built as short as it may be; then it is one character shorter, has a
// character of another class, or is longer.
func TestNearMisses(t *testing.T) {
	outside := map[byte]string{'d': "a", 'h': "g", 'l': "A", 'u': "a", 'a': "-", 's': ".", 'p': "~", 't': "!", 'b': "!"}
	r := rand.New(rand.NewPCG(25, 26))
	draw := func(c *class) byte {
		for {
			if b := byte(r.IntN(1 << 7)); c[b] && isAlphanumeric(b) {
				return b
			}
		}
	}
	build := func(literal string, s keyShape) (text []byte) {
		write := func(parts []part) {
			for _, p := range parts {
				text = append(text, p.literal...)
				for range p.least {
					text = append(text, draw(p.class))
				}
			}
		}
		write(s.before)
		text = append(text, literal...)
		write(s.after)
		return text
	}
	has := func(text []byte, format int) bool {
		return slices.ContainsFunc(keySearch.search(text, allKeys), func(k foundKey) bool { return k.format == format })
	}
	for n, f := range keyFormats {
		if f.shape.after == nil {
			continue
		}
		least := 0
		for _, p := range f.shape.after {
			least += p.least + len(p.literal)
		}
		if least < 10 {
			t.Errorf("%s: %d characters after the prefix; the search needs ten", f.kind, least)
		}
		last := f.shape.after[len(f.shape.after)-1]
		for _, literal := range f.literals {
			key := build(literal, f.shape)
			for !isRandom(string(key[len(literal):])) {
				key = build(literal, f.shape)
			}
			if !has(key, n) {
				t.Errorf("%s: %s is not found", f.kind, key)
			}
			if short := key[:len(key)-1]; has(short, n) {
				t.Errorf("%s: %s is too short", f.kind, short)
			}
			for letter, c := range classes {
				if c == last.class {
					wrong := slices.Concat(key[:len(key)-1], []byte(outside[letter]))
					if has(wrong, n) {
						t.Errorf("%s: %s has a wrong character", f.kind, wrong)
					}
				}
			}
			if last.most < longestSecret {
				for range 2 + last.most - last.least {
					key = append(key, draw(last.class))
				}
			} else {
				key = append(key, strings.Repeat("a1", longestSecret)...)
			}
			if has(key, n) {
				t.Errorf("%s: %.200s is too long", f.kind, key)
			}
		}
	}
}

// What models and people send that is drawn at random too, and must stay byte by byte.
func TestNoKeyIsInsideBase64(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	raw := make([]byte, 180_000*3/4)
	kinds := prefixed()
	for n := range 120 { // 21 MB
		for at := 0; at+8 <= len(raw); at += 8 {
			word := r.Uint64()
			for i := range 8 {
				raw[at+i] = byte(word >> (8 * i))
			}
		}
		for name, encoding := range map[string]*base64.Encoding{"base64url": base64.RawURLEncoding, "base64": base64.StdEncoding} {
			text := []byte(encoding.EncodeToString(raw))
			if keys := keysIn(text); len(keys) > 0 {
				t.Errorf("%s of blob %d has a %s: %s", name, n, keyFormats[keys[0].format].kind, text[keys[0].from:keys[0].to])
			}
		}
		// Also if it has the characters of a key.
		standard := base64.StdEncoding.EncodeToString(raw[:3000])
		text := base64.RawURLEncoding.EncodeToString(raw[:3000])
		for _, k := range kinds[n%10*len(kinds)/10 : (n%10+1)*len(kinds)/10] {
			if key := k.Generate(r); strings.IndexFunc(key, func(c rune) bool { return !isAlphanumeric(byte(c)) }) < 0 {
				if keys := keysIn([]byte(standard + "/" + key + "/" + standard)); len(keys) > 0 {
					t.Errorf("%s is found inside base64", k.Name)
				}
			}
			if key := k.Generate(r); strings.IndexFunc(key, func(c rune) bool { return !isSlug(byte(c)) }) < 0 {
				if keys := keysIn([]byte(text + key + text)); len(keys) > 0 {
					t.Errorf("%s is found inside base64url", k.Name)
				}
			}
		}
	}
}

func TestExamplesAreNotKeys(t *testing.T) {
	for _, text := range []string{
		"AKIA" + "IOSFODNN7EXAMPLE", "ASIA" + "IOSFODNN7EXAMPLE", "AKIA" + "I44QH8DHBEXAMPLE", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
		"sk-proj-" + "put-your-openai-key-here", "sk-ant-" + "api03-your-anthropic-api-key-goes-here-please", "sk-" + "whatever-you-like-to-write", "sk-ant-" + "api03-" + strings.Repeat("x", 95),
		"hf_" + strings.Repeat("x", 34), "ghp_" + strings.Repeat("x", 36), "glpat-" + strings.Repeat("*", 20), "glpat-" + "your-personal-access-token", "xoxb-" + "your-bot-token-goes-here",
		"SG." + "xxxxxxxxxxxxxxxxxxxxxx" + "." + strings.Repeat("x", 43)[:42], "npm_" + "<your token>", "pa-" + "rental-guidance", "re_" + "construction", "task-" + "0123456789abcdef0123456789abcdef",
	} {
		if keys := keysIn([]byte(text)); len(keys) > 0 {
			t.Errorf("%q is taken for a %s", text, keyFormats[keys[0].format].kind)
		}
	}
}

// The search takes about as long per byte whatever a text holds: some milliseconds for each
// of these. If runs were read again and again, it would be seconds.
func TestSearchForKeysIsLinear(t *testing.T) {
	const size, tries, most = 1 << 16, 5, 400 * time.Millisecond
	r := rand.New(rand.NewPCG(29, 30))
	var pieces []string
	for _, l := range keySearch.literals {
		pieces = append(pieces, l.text, "."+l.text, l.text+strings.Repeat("a", 9)+".")
	}
	for _, k := range samples.All() {
		key := k.Before + k.Generate(r) + k.After
		pieces = append(pieces, key[:len(key)-1], key+" ")
	}
	for _, piece := range pieces {
		text := []byte(strings.Repeat(piece, size/len(piece)))
		least := time.Hour
		for try := 0; try < tries && least > most; try++ { // others may use the processor
			start := time.Now()
			keysIn(text)
			least = min(least, time.Since(start))
		}
		if least > most {
			t.Errorf("%.40q, repeated, takes %v", piece, least)
		}
	}
}

// Few places of a text need a closer look. If a new prefix is too common, choose a longer
// part of its keys.
func TestFewPlacesNeedACloserLook(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	raw := make([]byte, 90_000)
	for n := range raw {
		raw[n] = byte(r.Uint32())
	}
	var embedding strings.Builder
	for range 10_000 {
		fmt.Fprintf(&embedding, ",%.9f", r.NormFloat64()/30)
	}
	for _, c := range []struct {
		name, text string
		most       float64 // percent
	}{
		{"embedding", embedding.String(), 0.2},
		{"base64", base64.StdEncoding.EncodeToString(raw), 5},
		{"base64url", base64.RawURLEncoding.EncodeToString(raw), 5.5},
		{"chat", commonText, 5},
	} {
		looks := 0
		for at := 0; at+4 <= len(c.text); at += 2 {
			if keySearch.table[hashBytes(bytesAt(c.text, at))] != 0 {
				looks++
			}
		}
		if percent := 200 * float64(looks) / float64(len(c.text)); percent > c.most {
			t.Errorf("%s: %.2f%% of all places", c.name, percent)
		}
	}
}

// The prefilter passes a text whose JSON holds a key, however deep and however written.
func TestPrefilterPassesKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	w := knowing()
	w.layer = byValue
	for _, k := range samples.All() {
		for depth := range 4 {
			text := "see:\n" + k.Before + k.Generate(r) + k.After
			for range depth {
				text = quotedAnyhow(r, text)
				if r.IntN(2) == 0 {
					text = `{"text":` + text + `}`
				}
			}
			if !w.mayHoldSecret([]byte(text)) {
				t.Errorf("%s: %q is dismissed", k.Name, text)
			}
			if depth > 0 && json.Valid([]byte(text)) && len(w.textEdits([]byte(text), 0, document)) == 0 {
				t.Errorf("%s: %q stays", k.Name, text)
			}
		}
	}
}
