package dev.gantry.zoo.chat;

import dev.gantry.engine.GantryException;

/// A template could not be read or refused a conversation; the message says where and why.
public class ChatTemplateException extends GantryException {
    private static final long serialVersionUID = 1L;

    /// @param why what is wrong, with the line of the template
    public ChatTemplateException(String why) {
        this("cannot use the chat template", why, "Choose a named template instead, such as chatml or plain.");
    }

    /// @param what what happened
    /// @param why what is wrong, with the line of the template
    /// @param nextStep what the reader can do about it
    public ChatTemplateException(String what, String why, String nextStep) {
        super(Kind.BAD_INPUT, "CHAT-TEMPLATE", what, why, nextStep, null);
    }
}
