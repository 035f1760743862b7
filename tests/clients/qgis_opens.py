"""Run by the system's Python, which has QGIS: open a GeoPackage's table and say what QGIS made of it."""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

path, table, kind, picture = sys.argv[1:5]
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(f"{path}|layername={table}|geometrytype={kind}", table, "ogr")
rules = layer.renderer().rootRule().children() if layer.renderer().type() == "RuleRenderer" else []
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setBackgroundColor(QColor(255, 255, 255))
settings.setOutputSize(QSize(200, 200))
extent = layer.extent()
extent.grow(1.0)
settings.setExtent(extent)
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
image.save(picture)
colours = {image.pixelColor(x, y).name() for x in range(200) for y in range(200)}
fields = layer.fields()
sys.stdout.write(
    json.dumps(
        {
            "valid": layer.isValid(),
            "count": layer.featureCount(),
            "crs": layer.crs().authid(),
            "dashed": [
                r.label() for r in rules if r.symbol().symbolLayer(0).useCustomDashPattern()
            ],
            "labels": [rule.label() for rule in rules],
            "titles": {
                field.name(): layer.attributeAlias(fields.indexOf(field.name())) for field in fields
            },
            "colours": sorted(colours),
        }
    )
)
sys.stdout.flush()
os._exit(0)  # QGIS does not always end by itself
