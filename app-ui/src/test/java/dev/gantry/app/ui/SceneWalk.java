package dev.gantry.app.ui;

import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.text.Text;

/// Looks at every visible node of a scene.
final class SceneWalk {
    private SceneWalk() {}

    static List<Node> visibleNodes(Node root) {
        List<Node> found = new ArrayList<>();
        collect(root, found);
        return found;
    }

    private static void collect(Node node, List<Node> found) {
        if (!node.isVisible()) {
            return;
        }
        found.add(node);
        if (node instanceof Parent parent) {
            parent.getChildrenUnmodifiable().forEach(child -> collect(child, found));
        }
    }

    /// Controls that can have the focus and say nothing to a person who cannot see them.
    static List<Node> unnamedControls(Node root) {
        return visibleNodes(root).stream()
                .filter(node -> node instanceof Control && node.isFocusTraversable())
                .filter(node -> isBlank(node.getAccessibleText()))
                .filter(node -> !(node instanceof Labeled labeled && !isBlank(labeled.getText())))
                .filter(node -> !isLabelled(root, node))
                .toList();
    }

    private static boolean isLabelled(Node root, Node control) {
        return visibleNodes(root).stream()
                .anyMatch(node -> node instanceof Label label && control.equals(label.getLabelFor()));
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    /// Every text that can be read.
    static List<String> texts(Node root) {
        return visibleNodes(root).stream()
                .filter(node -> node instanceof Text)
                .map(node -> ((Text) node).getText())
                .filter(text -> !isBlank(text))
                .toList();
    }
}
