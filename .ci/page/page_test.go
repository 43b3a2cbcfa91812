// Package page opens the page of a report in Chromium, as its readers do. Users of the
// library do not inherit what that takes.
package page

import (
	"bytes"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

const names = `[...document.querySelectorAll("#table tbody th > :first-child")].map((n) => n.textContent)`

func TestSearch(t *testing.T) {
	b := open(t, newShop(t).page(), "light", 1280, 900)
	eventually(b, `document.querySelector("#count").textContent`, "13 specs")
	for words, want := range map[string]string{
		"BULBS FIT":                           "Assistant / answers / which bulbs fit the lamp",  // in a name, whatever the case
		"parcel post, and arrives on tuesday": "Assistant / looks up an order before it answers", // in a stream that was put together
		"embedding-3":                         "Search / embeds a query",                         // in a body
		"unreplayed":                          "Catalogue / lists what is in stock",              // a finding
	} {
		b.search(words)
		eventually(b, `document.querySelector("#count").textContent`, "1 of 13 specs")
		eventually(b, names+`.join()`, want)
	}
	b.search("nothing like it")
	eventually(b, `document.querySelector("#table tbody").textContent`, "No spec fits.")
	b.search(kb.Enter)
	b.do(chromedp.Evaluate(`(() => { const only = document.querySelector("#only"); only.value = "findings"; only.dispatchEvent(new Event("change")); })()`, nil))
	eventually(b, `document.querySelector("#count").textContent`, "1 of 13 specs")
}

func TestSort(t *testing.T) {
	b := open(t, newShop(t).page(), "light", 1280, 900)
	first := names + `[0]`
	b.click("Age")
	eventually(b, first, "Search / embeds a query")
	eventually(b, `document.querySelector("[data-sort=days]").parentElement.getAttribute("aria-sort")`, "descending")
	b.click("Age")
	eventually(b, first, "Catalogue / lists what is in stock")
	b.click("Spec")
	eventually(b, first, "Assistant / answers / can i pay by invoice")
	eventually(b, `document.querySelectorAll("[aria-sort]").length`, 1)
}

func TestConversation(t *testing.T) {
	b := open(t, newShop(t).page(), "light", 1280, 900)
	b.click("Assistant / looks up an order before it answers")
	eventually(b, `document.querySelector("dialog").open`, true)
	b.said(`article:nth-of-type(2) section:nth-of-type(1) .message`,
		"system|You are the assistant of a shop for lamps. Answer in two sentences. Look up orders with the tool find_order before you say anything about them.",
		"user|Where is my order 2041? It was to come on Friday.",
		"assistant calls find_order call_7Qm2|{\n  \"number\": \"2041\"\n}",
		"tool returns call_7Qm2|{\n  \"number\": \"2041\",\n  \"state\": \"on its way\",\n  \"carrier\": \"Parcel Post\",\n  \"arrives\": \"2026-01-20\"\n}")
	b.said(`article:nth-of-type(1) section:nth-of-type(2) .message`, "assistant calls find_order call_7Qm2|{\n  \"number\": \"2041\"\n}")
	b.said(`article:nth-of-type(2) section:nth-of-type(2) .message`, "assistant|Your order is on its way with Parcel Post, and arrives on Tuesday, 20 January. I am sorry that it is later than we said.")
	if !eval[bool](b, `(() => { const [a, b] = document.querySelectorAll("article section"); return a.getBoundingClientRect().top === b.getBoundingClientRect().top; })()`) {
		t.Error("the answer is not beside the request")
	}

	b.do(chromedp.Click(`article:nth-of-type(2) section:nth-of-type(2) summary`))
	eventually(b, `document.querySelector("article:nth-of-type(2) section:nth-of-type(2) .raw pre")?.textContent.startsWith("200 OK\nContent-Type: text/event-stream\n\ndata: {") ?? false`, true)

	b.do(chromedp.Click("#next"))
	eventually(b, `document.querySelector("#tape-title").textContent`, "Assistant / says that it does not know")
	b.do(chromedp.Click("#close"))
	b.click("Show the tape") // of the cassette that no spec claims, or of a finding before it
	eventually(b, `document.querySelector("dialog").open`, true)
}

// said checks who says what: "role|words" for each message.
func (b *tab) said(selector string, want ...string) {
	b.t.Helper()
	eventually(b, `[...document.querySelectorAll(`+quoted(selector)+`)].map((m) => m.querySelector(".role").textContent + "|" + (m.querySelector(".words, pre")?.textContent ?? "")).join("\n\n")`, strings.Join(want, "\n\n"))
}

func TestCopy(t *testing.T) {
	b := open(t, newShop(t).page(), "light", 1280, 900)
	b.do(chromedp.Click(`.command [data-copy]`))
	eventually(b, `document.querySelector("#said").textContent`, "The command is in the clipboard.")
	eventually(b, `navigator.clipboard.readText()`, "VCR_RECORD_MODE=all ginkgo --focus-file=/catalogue_test.go:53 ./assistant")
	b.click("Assistant / answers a question about returns")
	b.do(chromedp.Click(`dialog .command [data-copy]`))
	eventually(b, `navigator.clipboard.readText()`, "vcr show assistant/cassettes/assistant/answers_a_question_about_returns.yaml")
}

// A page of 3,000 specs with 150 MB of tapes is searched and sorted as a small one is.
func TestMany(t *testing.T) {
	s := newShop(t)
	for n := range 2987 {
		long := plainChat(fmt.Sprintf("Question %d: ", n) + strings.Repeat("how do I hang up the lamp? ", 1850))
		s.spec(fmt.Sprintf("Many / answers question %d", n), n%400, long)
	}
	url := s.page()
	if info, err := os.Stat(strings.TrimPrefix(url, "file://")); err != nil || info.Size() >= 10_000_000 {
		t.Errorf("the page has %d bytes: %v", info.Size(), err)
	}
	b := open(t, url, "light", 1280, 900)
	t.Logf("ready after %.0f ms", eval[float64](b, `performance.getEntriesByType("navigation")[0].loadEventEnd`))
	eventually(b, `document.querySelector("#count").textContent`, "3,000 specs")
	eventually(b, `document.querySelectorAll("#table tbody tr").length`, 100)
	eventually(b, `document.querySelector("#room").textContent.includes("cut, so that this page stays below 10 MB")`, true)
	b.click("Show 100 more of 2,900")
	eventually(b, `document.querySelectorAll("#table tbody tr").length`, 200)
	eventually(b, `document.activeElement === document.querySelectorAll("#table tbody tr button")[100]`, true)
	t.Logf("searched in %.0f ms", eval[float64](b, `(() => { const before = performance.now(), field = document.querySelector("#search"); field.value = "question 1999:"; document.querySelector(".tools").requestSubmit(); return performance.now() - before; })()`))
	eventually(b, names+`.join()`, "Many / answers question 1999")
	b.click("Many / answers question 1999")
	eventually(b, `/^4\d\.\d KB more:$/.test(document.querySelector("article .message.user .left").textContent)`, true)
	eventually(b, `document.querySelector("article .message.user .command code").textContent`, "vcr show assistant/cassettes/many/answers_question_1999.yaml:5")
}

// Everything is reached with the keyboard alone, and is seen and named there.
func TestKeyboard(t *testing.T) {
	b := open(t, newShop(t).page(), "light", 1280, 900)
	const active = `document.activeElement`
	seen := map[string]bool{}
	for range 80 {
		b.do(chromedp.KeyEvent(kb.Tab))
		focus := eval[struct {
			Tag, Name, Outline string
			IsSpec             bool
		}](b, `(() => { const a = `+active+`; return { tag: a.tagName, name: (a.labels?.[0]?.textContent ?? a.getAttribute("aria-label") ?? document.getElementById(a.getAttribute("aria-labelledby"))?.textContent ?? a.textContent).trim(), outline: getComputedStyle(a).outlineStyle, isSpec: !!a.closest("tbody") }; })()`)
		if focus.Tag == "BODY" {
			break
		}
		seen[focus.Tag+" "+focus.Name] = true
		if focus.Name == "" || focus.Outline == "none" {
			t.Errorf("%s %q has no name, or is not seen when it has the focus", focus.Tag, focus.Name)
		}
		if focus.IsSpec {
			break
		}
	}
	for _, want := range []string{"A Skip to the specs", "BUTTON Copy", "INPUT Search", "SELECT Show", "BUTTON Age", "BUTTON Assistant / answers / can i pay by invoice"} {
		if !seen[want] {
			t.Errorf("Tab does not come to %q, but to %v", want, seen)
		}
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	eventually(b, `document.querySelector("dialog").open && `+active+`.id`, any("tape-title"))
	for range 30 { // the focus stays in the dialog, or in the browser around the page
		b.do(chromedp.KeyEvent(kb.Tab))
		if !eval[bool](b, active+`.closest("dialog") !== null || `+active+` === document.body`) {
			t.Fatalf("Tab leaves the open dialog for %s", eval[string](b, active+`.outerHTML`))
		}
	}
	b.do(chromedp.KeyEvent(kb.Escape))
	eventually(b, `document.querySelector("dialog").open`, false)
	eventually(b, active+`.textContent`, "Assistant / answers / can i pay by invoice")
}

// What is on a tape is text: it is not executed, loads nothing and looks like nothing else.
func TestHostileTexts(t *testing.T) {
	s := newShop(t)
	hostile := `</script><script>document.title = "owned"; alert(1)</script><img src="https://example.com/x.png" onerror="alert(2)"><!-- <script> {{.}} ${alert(3)} \u2028 ` + "\u2028 \u202egnp.exe \x1b[31mred"
	i := plainChat(hostile)
	i.Request.URL += "?q=%3C/script%3E<script>alert(4)</script>"
	i.Request.Header.Set("X-Note", "</script><script>alert(5)</script>")
	i.Response.Body = cassette.NewBody([]byte(`{"choices":[{"message":{"role":"<b>assistant</b>","content":"<iframe src='https://example.com'></iframe>","tool_calls":[{"id":"<i>","function":{"name":"<img src=x onerror=alert(6)>","arguments":"</script><svg onload=alert(7)>"}}]}}],"model":"<script>alert(8)</script>","usage":{"prompt_tokens":1,"completion_tokens":1}}`))
	s.spec("Hostile / "+`</script><script>alert(9)</script> <b>bold</b>`, 1, i)
	spec := &s.specs[len(s.specs)-1]
	spec.Saved = map[string]map[string]int64{"<script>alert(10)</script>": {"input": 1}}
	spec.Unplayed, spec.Command = []string{"<img src=x onerror=alert(11)>"}, `echo '"><script>alert(12)</script>'`
	spec.Place = "javascript:alert(13)"
	b := open(t, s.page(), "light", 1280, 900)
	b.search("<script>document.title")
	eventually(b, `document.querySelector("#count").textContent`, "1 of 14 specs")
	b.do(chromedp.Click("#table tbody button"))
	eventually(b, `document.querySelector("dialog").open`, true)
	b.do(chromedp.Evaluate(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`, nil))
	eventually(b, `document.querySelector("article .message.user .words").textContent`,
		`</script><script>document.title = "owned"; alert(1)</script><img src="https://example.com/x.png" onerror="alert(2)"><!-- <script> {{.}} ${alert(3)} \u2028 \u2028 \u202egnp.exe \u001b[31mred`)
	eventually(b, `document.title`, "Cassettes of example.com/shop/assistant")
	eventually(b, `document.querySelectorAll("img, iframe, svg, b, i, a[href]:not(.skip), script:not([type]):not(:last-of-type)").length`, 0)
	eventually(b, `[...document.querySelectorAll("script")].filter((s) => s.type !== "application/json").length`, 1)
}

// The page may not use the network, whatever got into it.
func TestPolicy(t *testing.T) {
	b := open(t, newShop(t).page(), "light", 1280, 900)
	b.do(chromedp.Evaluate(`addEventListener("securitypolicyviolation", (e) => { window.refused = (window.refused ?? "") + e.effectiveDirective + " "; });
		const s = document.createElement("script"); s.textContent = "document.title = 'owned'"; document.body.append(s);
		const p = document.createElement("p"); p.setAttribute("onclick", "document.title = 'owned'"); document.body.append(p); p.click();`, nil))
	eventually(b, `window.refused`, "script-src-elem script-src-attr ")
	eventually(b, `document.title`, "Cassettes of example.com/shop/assistant")
	eventually(b, `fetch("https://example.com/").then(() => "sent", () => "refused")`, "refused")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = b.sent[:1] // the browser tells of a request that it refuses
}

var update = flag.Bool("update", false, "write the screenshots in docs again")

// The pictures of the page are up to date in what they show; fonts differ between machines,
// so that their pixels are not compared.
func TestPictures(t *testing.T) {
	for _, picture := range []struct {
		file, scheme  string
		width, height int64
		isOpen        bool
	}{
		{"page-light.png", "light", 1100, 1080, false}, {"page-dark.png", "dark", 1100, 860, true}, {"page-narrow.png", "light", 420, 800, false},
	} {
		t.Run(picture.file, func(t *testing.T) {
			b := open(t, newShop(t).page(), picture.scheme, picture.width, picture.height)
			if wide := eval[float64](b, `document.documentElement.scrollWidth`); wide > float64(picture.width) {
				t.Errorf("the page is %v pixels wide, in a window of %d", wide, picture.width)
			}
			if picture.isOpen {
				b.click("Assistant / looks up an order before it answers")
			}
			b.do(input.DispatchMouseEvent(input.MouseMoved, 1, 1))
			var shot []byte
			b.do(chromedp.CaptureScreenshot(&shot))
			if _, err := png.Decode(bytes.NewReader(shot)); err != nil || len(shot) > 150_000 {
				t.Errorf("the picture has %d bytes: %v", len(shot), err)
			}
			file := filepath.Join("..", "..", "docs", picture.file)
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, shot, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
