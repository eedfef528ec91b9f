// WGS-84 to GCJ-02, for maps that are drawn so; the formulas of geofence/datum.py. Display only.

const A = 6378245.0;
const E2 = 0.00669342162296594323;

function bend(x, first, second) {
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2 / 3;
  return wave + (20 * Math.sin(first * Math.PI) + 40 * Math.sin(first / 3 * Math.PI)) * 2 / 3 + second;
}

/** [lat, lon] in degrees as a map of that datum shows it. */
export function shown(lat, lon, datum) {
  if (datum !== "gcj02" || lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lat, lon];
  const x = lon - 105, y = lat - 35, root = Math.sqrt(Math.abs(x));
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    + bend(x, y, (160 * Math.sin(y / 12 * Math.PI) + 320 * Math.sin(y * Math.PI / 30)) * 2 / 3);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    + bend(x, x, (150 * Math.sin(x / 12 * Math.PI) + 300 * Math.sin(x / 30 * Math.PI)) * 2 / 3);
  const angle = lat / 180 * Math.PI;
  const magic = 1 - E2 * Math.sin(angle) ** 2;
  return [
    lat + north * 180 / (A * (1 - E2) / (magic * Math.sqrt(magic)) * Math.PI),
    lon + east * 180 / (A / Math.sqrt(magic) * Math.cos(angle) * Math.PI),
  ];
}
