// Addresses in a text are no links here, as on the server, so nothing looks for them.
export class LinkifyIt {}
