/** What the servers of the sandbox say they are: the release whose behaviour they follow. */
export const VERSION_TEXT = "30GB 4.44 sandbox";
