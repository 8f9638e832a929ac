package dev.gantry.app.ui.look;

import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.layout.Region;
import javafx.scene.shape.SVGPath;
import javafx.scene.transform.Scale;

/// One icon, as large as the style sheet says (in `em`, so that it grows with the text) and in `-g-icon`.
public final class IconView extends Region {
    private static final double GRID = 24;

    private final ObjectProperty<Icon> icon = new SimpleObjectProperty<>(this, "icon", Icon.MORE);
    private final SVGPath path = new SVGPath();
    private final Scale scale = new Scale(1, 1, 0, 0);

    public IconView() {
        getStyleClass().add("icon-view");
        path.getStyleClass().add("icon-path");
        path.getTransforms().add(scale);
        path.setManaged(false);
        path.contentProperty().bind(icon.map(Icon::path));
        // an icon always stands beside a word or in a named button
        setAccessibleRole(AccessibleRole.NODE);
        setMouseTransparent(true);
        getChildren().add(path);
    }

    public IconView(Icon icon) {
        this();
        setIcon(icon);
    }

    public Icon getIcon() {
        return icon.get();
    }

    public void setIcon(Icon value) {
        icon.set(value);
    }

    public ObjectProperty<Icon> iconProperty() {
        return icon;
    }

    @Override
    protected void layoutChildren() {
        double size = Math.min(getWidth(), getHeight());
        scale.setX(size / GRID);
        scale.setY(size / GRID);
        path.setLayoutX((getWidth() - size) / 2);
        path.setLayoutY((getHeight() - size) / 2);
    }
}
