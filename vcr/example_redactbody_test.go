package vcr_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// A customer is what the service knows of a person.
type customer struct{ Name, Email string }

func findCustomer(email string) (customer, error) {
	request := fmt.Sprintf(`{"email": %q}`, email)
	resp, err := vcr.Client().Post("https://api.example.com/customers/search", "application/json", strings.NewReader(request))
	if err != nil {
		return customer{}, err
	}
	defer resp.Body.Close()
	var found customer
	return found, json.NewDecoder(resp.Body).Decode(&found)
}

// The service gets the real address and the code gets the real answer while they
// are recorded; the cassette has neither. In replay any address matches.
var _ = Describe("Customers", vcr.Recorded(vcr.RedactBody("$.email")), func() {
	It("are found by their address", func() {
		Expect(findCustomer("ada@lovelace.example")).To(HaveField("Name", "Ada"))
	})
})

// The address is a secret in requests and responses, so it is not in the cassette.
func ExampleRedactBody() {
	cassette, err := os.ReadFile("testdata/cassettes/customers/are_found_by_their_address.yaml")
	if err != nil {
		fmt.Println(err)
	}
	for line := range strings.Lines(string(cassette)) {
		if strings.Contains(line, "email") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// {"email": "[redacted:email]"}
	// {"name": "Ada", "email": "[redacted:email]"}
}
