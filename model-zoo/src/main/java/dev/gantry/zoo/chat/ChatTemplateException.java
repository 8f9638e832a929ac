package dev.gantry.zoo.chat;

/// A template could not be read or refused a conversation; the message says where and why.
public class ChatTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChatTemplateException(String message) {
        super(message);
    }
}
