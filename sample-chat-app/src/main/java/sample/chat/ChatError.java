package sample.chat;

/**
 * Tells one client what was wrong with its message.
 *
 * @param error what was wrong
 */
record ChatError(String error) {

}
