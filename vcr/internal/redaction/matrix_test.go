package redaction_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction/samples"
)

var update = flag.Bool("update", false, "write the golden files")

// matrixTapes is the variable that names a folder in which the matrix leaves its tapes,
// for other scanners. A tape has no exchange whose secret stays.
const matrixTapes = "MATRIX_TAPES"

// A secretKind is a kind of secret of the matrix.
type secretKind struct {
	name  string
	group kindGroup
	draw  func(r *rand.Rand) plantedText
}

// A kindGroup is a column of the table.
type kindGroup int

const (
	keyFormat kindGroup = iota
	lettersOnly
	digitsOnly
	tokensAndPEM
	withItsName
	drawnOnly
	passwords
	oneWord
	kindGroups
)

var groupNames = [kindGroups]string{"key", "letters", "digits", "JWT, PEM", "labelled", "drawn", "password", "word"}

const matrixLegend = `Which secrets are on no tape: places by kinds. Written by TestMatrix.

format   caught by default, because it has the format of a key
name     caught by default, by the name or the scheme before it
value    only caught because it is also in a place for credentials
stays    not caught

key       keys in the published format of a provider
letters   such keys, all of letters behind their prefix; digits: all of digits
labelled  a value in a line, command, address or link that says what it is; a scheme alone,
          as in "Bearer q7zt", says nothing in a text
drawn     a value that is drawn at random and has no format
password  words and numbers, as people make them up; word: one of up to 14 letters, which
          is never searched for, because prose has it as well
`

func keyText(secret string) plantedText { return plantedText{secret, secret} }

// kindsOfMatrix returns all kinds of secrets.
func kindsOfMatrix() (kinds []secretKind) {
	numbers := map[string]int{}
	for _, k := range samples.All() {
		name := strings.TrimSpace(k.Name + " " + strings.SplitN(k.Prefix, "\n", 2)[0])
		if k.Name == "JSON web token" {
			name = k.Name
		}
		if numbers[name]++; numbers[name] > 1 {
			name += fmt.Sprintf(" (%d)", numbers[name])
		}
		add := func(group kindGroup, suffix string, draw func(*rand.Rand) string) {
			if draw(newRand()) != "" {
				kinds = append(kinds, secretKind{name + suffix, group, func(r *rand.Rand) plantedText {
					secret := draw(r)
					return plantedText{k.Before + secret + k.After, secret}
				}})
			}
		}
		switch {
		case k.Before != "":
			add(withItsName, "", k.Generate)
		case k.Name == "JSON web token", k.Name == "private key":
			add(tokensAndPEM, "", k.Generate)
			add(tokensAndPEM, ", letters only", k.Letters)
			add(tokensAndPEM, ", digits only", k.Digits)
		default:
			add(keyFormat, "", k.Generate)
			add(lettersOnly, ", letters only", k.Letters)
			add(digitsOnly, ", digits only", k.Digits)
		}
	}
	return append(kinds, kindsWithoutFormat()...)
}

const (
	letters64 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	base64url = alphanumeric + "-_"
	inBase64  = alphanumeric + "+/"
)

func random(r *rand.Rand, length int, from string) string {
	b := make([]byte, length)
	for n := range b {
		b[n] = from[r.IntN(len(from))]
	}
	return string(b)
}

// word returns a word that nobody knows, of syllables.
func word(r *rand.Rand, syllables int) string {
	var b strings.Builder
	for range syllables {
		b.WriteByte("bdfgklmnprstvz"[r.IntN(14)])
		b.WriteByte("aeiou"[r.IntN(5)])
	}
	return b.String()
}

// kindsWithoutFormat returns the kinds that only a name or a label tells.
func kindsWithoutFormat() []secretKind {
	around := func(name, before, after string, draw func(*rand.Rand) string) secretKind {
		return secretKind{name, withItsName, func(r *rand.Rand) plantedText {
			secret := draw(r)
			return plantedText{before + secret + after, secret}
		}}
	}
	alone := func(name string, group kindGroup, draw func(*rand.Rand) string) secretKind {
		return secretKind{name, group, func(r *rand.Rand) plantedText { return keyText(draw(r)) }}
	}
	of := func(length int, from string, prefix ...string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return strings.Join(prefix, "") + random(r, length, from) }
	}
	return []secretKind{
		around("Bearer and a token", "Bearer ", "", of(40, alphanumeric)),
		around("token and a token", "token ", "", of(40, alphanumeric)),
		{"Basic and user and password", withItsName, func(r *rand.Rand) plantedText {
			secret := base64.StdEncoding.EncodeToString([]byte("me:" + random(r, 20, alphanumeric)))
			return plantedText{"Basic " + secret, secret}
		}},
		around("line of a variable", "COHERE_API_KEY=", "", of(40, alphanumeric)),
		around("export of a variable", "export MY_TOKEN='", "'", of(32, alphanumeric)),
		around("header of curl", "curl -H 'X-Api-Key: ", "' https://h", of(32, alphanumeric)),
		around("user of curl", "curl -u me:", " https://h", of(20, alphanumeric)),
		around("Authorization in a dump", "> Authorization: Bearer ", "", of(40, alphanumeric)),
		around("AWS signature", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=", "", of(64, hexadecimal)),
		around("MySQL address", "me:", "@tcp(127.0.0.1:3306)/db", of(20, alphanumeric)),
		around("ADO connection string", "Server=db;User Id=me;Password=", ";Encrypt=true", of(20, alphanumeric)),
		around("libpq connection string", "host=db user=me password=", " dbname=x", of(20, alphanumeric)),
		around("signed URL of S3", "https://b.s3.amazonaws.com/o?X-Amz-Expires=60&X-Amz-Signature=", "", of(64, hexadecimal)),
		around("signed URL of GCS", "https://storage.googleapis.com/b/o?GoogleAccessId=a&Signature=", "", of(60, alphanumeric)),
		around("signed URL of Azure", "https://a.blob.core.windows.net/c/b?sv=2020&sp=r&sig=", "", of(43, alphanumeric)),
		around("link with a token", "https://app.example.com/cb?access_token=", "", of(40, alphanumeric)),
		around("fragment with a token", "https://app.example.com/cb#access_token=", "", of(40, alphanumeric)),

		alone("Mistral key", drawnOnly, of(32, alphanumeric)),
		alone("Cohere key", drawnOnly, of(40, alphanumeric)),
		alone("AssemblyAI key", drawnOnly, of(32, hexadecimal)),
		alone("Deepgram key", drawnOnly, of(40, hexadecimal)),
		alone("Mailgun key", drawnOnly, of(32, hexadecimal, "key-")),
		alone("Mailchimp key", drawnOnly, func(r *rand.Rand) string { return random(r, 32, hexadecimal) + "-us12" }),
		alone("Resend key", drawnOnly, of(32, alphanumeric, "re_")),
		alone("Telegram token", drawnOnly, func(r *rand.Rand) string { return random(r, 10, "123456789") + ":A" + random(r, 34, base64url) }),
		alone("Discord token", drawnOnly, func(r *rand.Rand) string {
			return "M" + random(r, 23, alphanumeric) + "." + random(r, 6, base64url) + "." + random(r, 27, base64url)
		}),
		alone("crates.io token", drawnOnly, of(32, alphanumeric, "cio")),
		alone("NuGet key", drawnOnly, of(43, "abcdefghijklmnopqrstuvwxyz0123456789", "oy2")),
		alone("Brave key", drawnOnly, of(28, base64url, "BSA")),
		alone("Z.ai key", drawnOnly, func(r *rand.Rand) string {
			return random(r, 32, hexadecimal) + "." + random(r, 16, alphanumeric)
		}),
		alone("AWS secret key", drawnOnly, of(40, inBase64)),
		alone("AWS secret key, a slash first", drawnOnly, of(39, inBase64, "/")),
		alone("OAuth token", drawnOnly, of(43, base64url)),
		alone("letters of both cases", drawnOnly, of(32, letters64)),
		alone("letters of one case", drawnOnly, of(32, letters64[:26])),
		alone("UUID", drawnOnly, func(r *rand.Rand) string {
			return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64()>>16)
		}),
		alone("16 letters and digits", drawnOnly, of(16, alphanumeric)),

		alone("words and a number", passwords, func(r *rand.Rand) string { return fmt.Sprintf("%s-%s-%d", word(r, 3), word(r, 2), r.IntN(90)+10) }),
		alone("a word, a number and a sign", passwords, func(r *rand.Rand) string { return fmt.Sprintf("%s%d!", word(r, 4), r.IntN(900)+100) }),
		alone("three words", passwords, func(r *rand.Rand) string { return word(r, 3) + "-" + word(r, 3) + "-" + word(r, 3) }),
		alone("signs that are escaped", passwords, func(r *rand.Rand) string { return fmt.Sprintf("%s+%d/%s=", word(r, 3), r.IntN(90)+10, word(r, 3)) }),
		alone("digits", passwords, of(12, "0123456789")),
		alone("a word", oneWord, func(r *rand.Rand) string { return word(r, 5) }),
		alone("a longer word", oneWord, func(r *rand.Rand) string { return word(r, 7) }),
	}
}

// A fate is what becomes of a planted secret.
type fate int

const (
	byFormat fate = iota
	byName
	byValue
	stays
	fates
)

var fateNames = [fates]string{"format", "name", "value", "stays"}

// A matrixPlanting is a secret in a place.
type matrixPlanting struct {
	kind    secretKind
	planted plantedText
	needles []string
	fate    fate
}

// fewestMet is how many kinds each place has to meet at least, and the reverse.
const fewestMet = 20

// mostOfGroup bounds how many kinds of a group are planted in one place.
const mostOfGroup = 24

func TestMatrix(t *testing.T) {
	if raceDetector {
		t.Skip("it takes minutes with the race detector, and shares nothing between goroutines")
	}
	kinds := kindsOfMatrix()
	if len(kinds) < 80 || len(spots) < 100 {
		t.Fatalf("%d kinds and %d places", len(kinds), len(spots))
	}
	folder := os.Getenv(matrixTapes)
	met := map[string]int{}
	var rows []*matrixRow
	total := 0
	for number, spot := range spots {
		r := rand.New(rand.NewPCG(12, uint64(number)))
		row := &matrixRow{spot: spot}
		for _, k := range chosen(number, kinds) {
			p := k.draw(r)
			switch {
			case spot.oneLine && strings.Contains(p.text, "\n"),
				spot.says == written && k.group == withItsName && strings.Contains(p.text, " "): // a command in a command
				continue
			}
			met[k.name]++
			row.plantings = append(row.plantings, &matrixPlanting{kind: k, planted: p})
		}
		if len(row.plantings) < fewestMet {
			t.Errorf("%s meets only %d kinds", spot.name, len(row.plantings))
		}
		total += len(row.plantings)
		rows = append(rows, row)
	}
	var workers sync.WaitGroup
	for first := range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for number := first; number < len(rows); number += runtime.GOMAXPROCS(0) {
				tape := rows[number].plant(t)
				rows[number].judge(t)
				if folder == "" {
					continue
				}
				if err := tape.Save(filepath.Join(folder, fmt.Sprintf("%03d.yaml", number))); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	workers.Wait()
	for _, k := range kinds {
		if met[k.name] < fewestMet {
			t.Errorf("%s meets only %d places", k.name, met[k.name])
		}
	}
	table := matrixLegend + fmt.Sprintf("\n%d kinds in %d places, %d plantings\n\n", len(kinds), len(spots), total) + tableOf(rows)
	t.Log(table)
	golden := filepath.Join("testdata", "matrix.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if table != string(want) {
		t.Errorf("the table differs from %s; if that is right, run go test -run TestMatrix -update\n%s", golden, firstDifference(table, string(want)))
	}
}

// chosen returns the kinds that a place meets: all of a small group, and of a large one
// those whose turn it is.
func chosen(number int, kinds []secretKind) (some []secretKind) {
	for group := range kindGroups {
		var of []secretKind
		for _, k := range kinds {
			if k.group == group {
				of = append(of, k)
			}
		}
		r := rand.New(rand.NewPCG(7, uint64(group)))
		r.Shuffle(len(of), func(a, b int) { of[a], of[b] = of[b], of[a] })
		for n := range min(len(of), mostOfGroup) {
			some = append(some, of[(number*mostOfGroup+n)%len(of)])
		}
	}
	return some
}

type matrixRow struct {
	spot      spot
	plantings []*matrixPlanting
}

// interaction returns an exchange with the secret in its place.
func (row *matrixRow) interaction(p *matrixPlanting) *cassette.Interaction {
	i := blank()
	p.needles = row.spot.put(i, p.planted)
	if p.needles == nil {
		secret := p.planted.secret
		p.needles = append(formsOf(secret), html.EscapeString(secret), spelledOut(secret), url.QueryEscape(url.QueryEscape(secret)))
	}
	return i
}

// plant finds out what becomes of each planting, and returns a tape without those that
// stay.
func (row *matrixRow) plant(t *testing.T) *cassette.Cassette {
	t.Helper()
	// By itself.
	var tape []*cassette.Interaction
	r := redactor(nil)
	for _, p := range row.plantings {
		i := row.interaction(p)
		if !p.isIn(i) {
			t.Errorf("%s, %s: not found where it was put", row.spot.name, p.kind.name)
		}
		r.Interaction(i)
		tape = append(tape, i)
	}
	r.Finish(tape)
	hasFormat := map[int]bool{}
	for _, finding := range r.Findings() {
		hasFormat[finding.Interaction] = true
	}
	for n, p := range row.plantings {
		switch {
		case p.isIn(tape[n]):
			p.fate = stays
		case hasFormat[n+1]:
			p.fate = byFormat
		default:
			p.fate = byName
		}
	}
	// What is left, with an exchange that tells the value: by turns before and after.
	tape = nil
	r = redactor(nil)
	var at []int
	for n, p := range row.plantings {
		var known *cassette.Interaction
		if p.fate == stays {
			known = source(p.planted.secret)
		}
		if known != nil && n%2 == 0 {
			r.Interaction(known)
			tape, known = append(tape, known), nil
		}
		i := row.interaction(p)
		r.Interaction(i)
		at = append(at, len(tape))
		tape = append(tape, i)
		if known != nil {
			r.Interaction(known)
			tape = append(tape, known)
		}
	}
	r.Finish(tape)
	left := &cassette.Cassette{Suite: "example.com/matrix", Spec: row.spot.name}
	isLeft := map[int]bool{}
	for n, p := range row.plantings {
		switch isIn := p.isIn(tape[at[n]]); {
		case isIn && p.fate != stays:
			t.Errorf("%s, %s: caught alone, but not on a tape with others", row.spot.name, p.kind.name)
		case isIn:
			isLeft[at[n]] = true
		case p.fate == stays:
			p.fate = byValue
		}
	}
	for n, i := range tape {
		if !isLeft[n] {
			left.Interactions = append(left.Interactions, i)
		}
	}
	return left
}

// isIn reports whether the secret is in the file of an interaction, or in a body of it.
func (p *matrixPlanting) isIn(i *cassette.Interaction) bool {
	texts := []string{string((&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode()), fmt.Sprint(i.Request.URL, i.Request.Header, i.Response.Header, i.Response.Trailer, i.Response.Reason, i.Error)}
	for _, body := range []cassette.Body{i.Request.Body, i.Response.Body} {
		texts = append(texts, body.String())
		if plain, ok := media.Decompress("gzip", body.Bytes()); ok {
			texts = append(texts, string(plain))
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(p.needles, func(needle string) bool { return strings.Contains(text, needle) })
	})
}

// judge holds a place to what users expect, whatever the golden file says.
func (row *matrixRow) judge(t *testing.T) {
	t.Helper()
	for _, p := range row.plantings {
		isKey := p.kind.group <= tokensAndPEM
		switch byDefault := p.fate < byValue; {
		case byDefault:
		case row.spot.says == secretName:
			t.Errorf("%s, %s: %s under a secret name", row.spot.name, p.kind.name, fateNames[p.fate])
		case row.spot.says < coded && isKey:
			t.Errorf("%s, %s: %s although it has a format", row.spot.name, p.kind.name, fateNames[p.fate])
		case row.spot.says < unread && p.fate == stays && p.kind.group != oneWord:
			t.Errorf("%s, %s: stays although it is known", row.spot.name, p.kind.name)
		}
	}
}

// tableOf writes the rows, and below them the kinds that are not caught by default where
// others of their group are.
func tableOf(rows []*matrixRow) string {
	widths := make([]int, kindGroups+1)
	lines := [][]string{append([]string{"place"}, groupNames[:]...)}
	var others []string
	for _, row := range rows {
		line := []string{row.spot.name}
		for group := range kindGroups {
			cell, rare := row.cell(group)
			line = append(line, cell)
			if rare != "" {
				others = append(others, fmt.Sprintf("%s, %s: %s", row.spot.name, groupNames[group], rare))
			}
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		for n, cell := range line {
			widths[n] = max(widths[n], len(cell))
		}
	}
	var b strings.Builder
	for n, line := range lines {
		for column, cell := range line {
			fmt.Fprintf(&b, "%-*s  ", widths[column], strings.ReplaceAll(cell, "\n", " "))
		}
		if n == 0 {
			b.WriteString("why not by default\n")
		} else {
			b.WriteString(rows[n-1].spot.says.why() + "\n")
		}
	}
	b.WriteString("\nNot caught by default, where others of their group are\n\n")
	for _, line := range others {
		b.WriteString(strings.ReplaceAll(line, "\n", " ") + "\n")
	}
	return b.String()
}

// cell says what becomes of the kinds of a group, and if that is not the same for all,
// which are not caught by default.
func (row *matrixRow) cell(group kindGroup) (cell, rare string) {
	var kinds [fates][]string
	total := 0
	for _, p := range row.plantings {
		if p.kind.group == group {
			kinds[p.fate] = append(kinds[p.fate], p.kind.name)
			total++
		}
	}
	if total == 0 {
		return "", ""
	}
	var parts, rares []string
	for fate, names := range kinds {
		switch {
		case len(names) == total:
			return fateNames[fate], ""
		case len(names) > 0:
			parts = append(parts, fmt.Sprintf("%s %d", fateNames[fate], len(names)))
			if fate >= int(byValue) {
				slices.Sort(names)
				rares = append(rares, fateNames[fate]+" "+strings.Join(names, ", "))
			}
		}
	}
	return strings.Join(parts, ", "), strings.Join(rares, "; ")
}

func firstDifference(got, want string) string {
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for n := range min(len(gotLines), len(wantLines)) {
		if gotLines[n] != wantLines[n] {
			return fmt.Sprintf("line %d:\ngot  %s\nwant %s", n+1, gotLines[n], wantLines[n])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(gotLines), len(wantLines))
}
