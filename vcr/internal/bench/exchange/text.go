package exchange

import (
	"math/rand/v2"
	"strings"
)

var words = strings.Fields(`the a of and to in is that it for on with as this are be at one have from or had by but some what
	there we can out other were all your when up use word how said an each she which do their time if will way about many then
	them would write like so these her long make thing see him two has look more day could go come did number sound no most people
	over know water than call first who may down side been now find any new work part take get place made live where after back
	little only round man year came show every good me give our under name very through just form much great think say help low`)

// newSource returns the random numbers of a seed.
func newSource(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x7a9e)) }

// prose returns sentences of at least size bytes, in paragraphs of four.
func prose(random *rand.Rand, size int) string {
	var b strings.Builder
	for sentence := 1; b.Len() < size; sentence++ {
		for n := range 8 + random.IntN(8) {
			word := words[random.IntN(len(words))]
			if n == 0 {
				word = strings.ToUpper(word[:1]) + word[1:]
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
		b.WriteByte('.')
		if sentence%4 == 0 {
			b.WriteString("\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}
