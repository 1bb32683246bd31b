// GraphiQL at the address it was loaded from: queries and mutations over HTTP, subscriptions over a
// WebSocket. Whoever wants to be somebody sets the header "Authorization: Bearer <access token>".

const WELCOME = `# Sign in with the mutation below, and put what it answers under "Headers":
# {"Authorization": "Bearer <accessToken>"}

mutation SignIn {
  login(email: "vera@demo.stoa", password: "Demo-school-1") {
    accessToken
  }
}

query Courses {
  courses(pagination: {first: 5}) {
    totalCount
    nodes {
      title
      instructor { profile { fullName } }
    }
  }
}
`;

const http = new URL(location.pathname, location.href);
const websocket = new URL(http);
websocket.protocol = http.protocol.replace("http", "ws");

/** The access token of the headers that the user has set, if there is one. */
function tokenOf(headers = {}) {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === "authorization");
  return name ? headers[name].replace(/^bearer\s+/i, "") : undefined;
}

/** A socket is opened with the first subscription and closed after the last; it knows who asks. */
function fetcher(asked, options) {
  const token = tokenOf(options?.headers);
  const wsClient = graphqlWs.createClient({
    url: websocket.href,
    connectionParams: token ? { token } : {},
    lazy: true,
  });
  return GraphiQL.createFetcher({ url: http.href, wsClient })(asked, options);
}

const root = ReactDOM.createRoot(document.getElementById("graphiql"));
root.render(React.createElement(GraphiQL, { fetcher, defaultQuery: WELCOME }));
